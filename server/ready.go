package server

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// Name names the check that lists and watches can be served.
func (s *Server) Name() string { return "records" }

// Check fails until they can.
func (s *Server) Check(req *http.Request) error {
	ctx, cancel := context.WithTimeout(req.Context(), time.Second)
	defer cancel()
	if err := s.manager.Ready(ctx); err != nil {
		return fmt.Errorf("the records were not read yet: %w", err)
	}
	return nil
}
