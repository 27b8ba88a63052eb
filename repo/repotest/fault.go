package repotest

import (
	"bytes"
	"compress/gzip"
	"io"
	"log"
	"net/http"
	"strconv"
)

// Fault answers a request wrongly.
type Fault func(http.ResponseWriter, *http.Request)

// quiet is for the complaints of a server whose clients hang up.
func quiet() *log.Logger { return log.New(io.Discard, "", 0) }

// Status answers with a status, and with a body that nobody should quote.
func Status(code int) Fault {
	return func(out http.ResponseWriter, _ *http.Request) {
		http.Error(out, "BODY-OF-AN-ERROR", code)
	}
}

// Redirect sends everybody elsewhere.
func Redirect(to string) Fault {
	return func(out http.ResponseWriter, in *http.Request) {
		http.Redirect(out, in, to, http.StatusFound)
	}
}

// Page answers with a page of HTML, as those do who want a login.
func Page() Fault {
	return func(out http.ResponseWriter, _ *http.Request) {
		out.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(out, "<!DOCTYPE html>\n<html><title>Log in</title></html>\n")
	}
}

// Gzip answers with data that is compressed on the way.
func Gzip(data []byte) Fault {
	return func(out http.ResponseWriter, _ *http.Request) {
		out.Header().Set("Content-Encoding", "gzip")
		zipped := gzip.NewWriter(out)
		_, _ = zipped.Write(data)
		_ = zipped.Close()
	}
}

// Endless begins with data and repeats a line until the client hangs up.
func Endless(data []byte, line string) Fault {
	return func(out http.ResponseWriter, in *http.Request) {
		_, _ = out.Write(data)
		page := bytes.Repeat([]byte(line), 64<<10/len(line)+1)
		for in.Context().Err() == nil {
			if _, err := out.Write(page); err != nil {
				return
			}
		}
	}
}

// Stall begins with data, and then nothing comes until the client hangs up.
func Stall(data []byte) Fault {
	return func(out http.ResponseWriter, in *http.Request) {
		out.Header().Set("Content-Length", strconv.Itoa(len(data)+1))
		_, _ = out.Write(data)
		_ = http.NewResponseController(out).Flush()
		<-in.Context().Done()
	}
}

// Claim says that so many bytes follow, sends data and cuts the connection.
func Claim(size int64, data []byte) Fault {
	return func(out http.ResponseWriter, _ *http.Request) {
		out.Header().Set("Content-Length", strconv.FormatInt(size, 10))
		_, _ = out.Write(data)
		_ = http.NewResponseController(out).Flush()
		panic(http.ErrAbortHandler)
	}
}
