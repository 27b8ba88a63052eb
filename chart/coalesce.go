package chart

import (
	"github.com/helm-dm/helm-dm/chart/fault"
	"github.com/helm-dm/helm-dm/chart/values"
)

// Coalesce lays the user's values over the defaults of c and of its subcharts,
// and hands the globals down (S11 to S14). The result holds, under the name of
// each subchart, that subchart's values; it shares nothing with the arguments.
//
// A null of the user deletes the default it meets.
func Coalesce(c *Chart, user map[string]any) (map[string]any, error) {
	out := values.Copy(user)
	return out, c.complete(out, values.Filler{}, "")
}

// complete gives the user's values, which belong to c, its defaults, then does
// the same for the tables of the subcharts in them. path names c in errors.
func (c *Chart) complete(user map[string]any, filler values.Filler, path string) error {
	c.fill(user, filler)
	for _, sub := range c.dependencies {
		name := sub.Name()
		if _, ok := user[name]; !ok {
			user[name] = map[string]any{}
		}
		own, ok := user[name].(map[string]any)
		if !ok {
			return fault.Invalid("values of chart %q: %q configures a subchart and must be a map", path+c.Name(), name)
		}
		values.Globals(own, user)
		if err := sub.complete(own, filler, path+c.Name()+"/"); err != nil {
			return err
		}
	}
	return nil
}

// fill leaves the nulls in the tables of subcharts to the subcharts. A null at
// the top goes even where the default is null too.
func (c *Chart) fill(user map[string]any, filler values.Filler) {
	for key, fallback := range values.Copy(c.values) {
		value, given := user[key]
		switch {
		case given && value == nil && !filler.KeepNull:
			delete(user, key)
		case given && c.hasSubchart(key):
			values.Filler{KeepNull: true}.FillKey(user, key, fallback)
		default:
			filler.FillKey(user, key, fallback)
		}
	}
}

func (c *Chart) hasSubchart(name string) bool {
	for _, sub := range c.dependencies {
		if sub.Name() == name {
			return true
		}
	}
	return false
}
