package server

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// Name names the check that the records and the repositories are known.
func (s *Server) Name() string { return "records" }

// Check fails until they can.
func (s *Server) Check(req *http.Request) error {
	ctx, cancel := context.WithTimeout(req.Context(), time.Second)
	defer cancel()
	if err := s.manager.Ready(ctx); err != nil {
		return fmt.Errorf("what is kept was not read yet: %w", err)
	}
	return nil
}
