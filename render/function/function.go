package function

import (
	"fmt"
	"maps"
	"strings"
	"text/template"
	"time"

	"github.com/Masterminds/sprig/v3"
)

// Host is what functions need of the rendering they are called in. It may be
// given other contents between renderings, not during one.
type Host struct {
	Now func() time.Time
	// Limit bounds in bytes what a single function returns and, together, what
	// functions make out of counts: until, repeat, randAlpha and their kin.
	Limit int64
	// Lint makes required and fail yield an empty text (S24).
	Lint bool

	generated int64 // bytes made out of counts so far
	changes   int64 // calls of functions that change their arguments
}

// Begin makes the host ready for a rendering.
func (h *Host) Begin(now func() time.Time, limit int64, lint bool) {
	*h = Host{Now: now, Limit: limit, Lint: lint}
}

// Changes counts the calls of functions that change their arguments.
func (h *Host) Changes() int64 { return h.changes }

// Map returns all functions, bound to h.
func Map(h *Host) template.FuncMap {
	out := sprig.TxtFuncMap()
	delete(out, "env")
	delete(out, "expandenv")
	out["getHostByName"] = func(string) string { return "" }
	out["required"] = h.required
	out["fail"] = h.fail
	out["typeOf"] = typeOf
	out["set"] = h.set
	out["unset"] = h.unset
	out["typeIs"] = func(name string, value any) bool { return name == typeOf(value) }
	out["typeIsLike"] = func(name string, value any) bool {
		return name == strings.TrimPrefix(typeOf(value), "*") || name == typeOf(value)
	}
	maps.Copy(out, h.codecs())
	maps.Copy(out, durations())
	h.bound(out)
	maps.Copy(out, h.clocks())
	maps.Copy(out, h.texts())
	return out
}

// typeOf names the type of a value; the engine's own types have the names that
// Helm's have.
func typeOf(value any) string {
	name := fmt.Sprintf("%T", value)
	stars := name[:len(name)-len(strings.TrimLeft(name, "*"))]
	own, ok := strings.CutPrefix(name, stars+"render.")
	switch {
	case !ok:
		return name
	case own == "files":
		return stars + "engine.files"
	case own == "HelmVersion":
		return stars + "version.BuildInfo"
	default:
		return stars + "common." + own
	}
}

// Show is given what an action is about to print, and refuses what would have no
// end. It is not for templates to call.
func (h *Host) Show(value any) (any, error) {
	switch value.(type) {
	case nil, string, bool, int, int64, float64:
		return value, nil
	}
	return value, h.fits(1, value)
}

func (h *Host) set(dict map[string]any, key string, value any) map[string]any {
	h.changes++
	dict[key] = value
	return dict
}

func (h *Host) unset(dict map[string]any, key string) map[string]any {
	h.changes++
	delete(dict, key)
	return dict
}

// Complaint is what a chart says with fail or required.
type Complaint string

func (c Complaint) Error() string { return string(c) }

func (h *Host) required(message string, value any) (any, error) {
	if value != nil && value != "" {
		return value, nil
	}
	if h.Lint {
		return "", nil
	}
	return nil, Complaint(message)
}

func (h *Host) fail(message string) (string, error) {
	if h.Lint {
		return "", nil
	}
	return "", Complaint(message)
}
