package view

import (
	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/chart/parameter"
	"github.com/helm-dm/helm-dm/chart/reference"
	"github.com/helm-dm/helm-dm/render/worker/job"
	"github.com/helm-dm/helm-dm/repo/catalog"
)

// Inspection is what a worker told of a chart, which was found by a reference.
func Inspection(from, digest string, told *job.Description) v1alpha1.ChartInspectionStatus {
	m := told.Facts.Metadata
	status := v1alpha1.ChartInspectionStatus{
		Chart:     v1alpha1.ChartStatus{Reference: from, Name: m.Name, Version: m.Version, AppVersion: m.AppVersion, Digest: digest},
		Values:    told.Values,
		Commented: string(told.Commented),
		Readme:    told.Readme,
	}
	for _, p := range told.Parameters {
		status.Parameters = append(status.Parameters, document(p))
	}
	return status
}

func document(p parameter.Parameter) v1alpha1.ParameterDoc {
	return v1alpha1.ParameterDoc{
		Name: p.Name, Type: p.Type, Description: p.Description, Default: p.Default, Effective: p.Effective,
		Allowed: p.Allowed.Values, Range: p.Allowed.Range, Pattern: p.Allowed.Pattern, Section: p.Section,
		Required: p.Required, Secret: p.Secret, Deprecated: p.Deprecated,
	}
}

// Found is a chart that the catalogue found.
func Found(f catalog.Found) v1alpha1.FoundChart {
	r := &f.Release
	at := reference.Reference{Kind: reference.KindShort, Location: "helm:" + f.Key + "/" + r.Name, Version: r.Version}
	return v1alpha1.FoundChart{
		ChartStatus: v1alpha1.ChartStatus{
			Reference: at.Tagged(), Name: r.Name, Version: r.Version, AppVersion: r.AppVersion, Digest: r.Digest,
		},
		Description: r.Description,
		Deprecated:  r.Deprecated,
	}
}
