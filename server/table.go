package server

import (
	"context"
	"fmt"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
)

// ConvertToTable makes the table that kubectl get shows.
func (d *deployments) ConvertToTable(_ context.Context, object, options runtime.Object) (*metav1.Table, error) {
	table := &metav1.Table{}
	if o, ok := options.(*metav1.TableOptions); !ok || !o.NoHeaders {
		table.ColumnDefinitions = deploymentColumns()
	}
	if list, ok := object.(*v1alpha1.ChartDeploymentList); ok {
		table.ResourceVersion, table.Continue, table.RemainingItemCount = list.ResourceVersion, list.Continue, list.RemainingItemCount
	} else if one, ok := object.(*v1alpha1.ChartDeployment); ok {
		table.ResourceVersion = one.ResourceVersion
	}
	return table, meta.EachListItemWithAlloc(asList(object), func(item runtime.Object) error {
		cd, ok := item.(*v1alpha1.ChartDeployment)
		if !ok {
			return fmt.Errorf("no row for a %T", item)
		}
		table.Rows = append(table.Rows, metav1.TableRow{Cells: deploymentCells(cd), Object: runtime.RawExtension{Object: cd}})
		return nil
	})
}

func asList(object runtime.Object) runtime.Object {
	if cd, ok := object.(*v1alpha1.ChartDeployment); ok {
		return &v1alpha1.ChartDeploymentList{Items: []v1alpha1.ChartDeployment{*cd}}
	}
	return object
}

func deploymentColumns() []metav1.TableColumnDefinition {
	return []metav1.TableColumnDefinition{
		{Name: "Name", Type: "string", Format: "name", Description: "Name of the deployment"},
		{Name: "Chart", Type: "string", Description: "Chart and version of the newest revision"},
		{Name: "Revision", Type: "integer", Description: "Number of the newest revision"},
		{Name: "Phase", Type: "string", Description: "Where the deployment is in its life"},
		{Name: "Ready", Type: "string", Description: "Whether the newest revision is applied and healthy"},
		{Name: "Age", Type: "string", Description: "Time since the deployment was asked for"},
		{Name: "Objects", Type: "integer", Priority: 1, Description: "How many objects it consists of"},
		{Name: "By", Type: "string", Priority: 1, Description: "Who asked for the last operation"},
		{Name: "Message", Type: "string", Priority: 1, Description: "Why it is not ready"},
	}
}

func deploymentCells(cd *v1alpha1.ChartDeployment) []any {
	ready, message := metav1.ConditionUnknown, ""
	if c := meta.FindStatusCondition(cd.Status.Conditions, v1alpha1.ConditionReady); c != nil {
		ready, message = c.Status, c.Message
	}
	chart := cd.Status.Chart.Reference
	if chart == "" {
		chart, _, _ = strings.Cut(cd.Spec.Chart, "@")
	}
	by := ""
	if cd.Status.Operation != nil {
		by = cd.Status.Operation.User
	}
	return []any{
		cd.Name, chart, cd.Status.Revision, string(cd.Status.Phase), string(ready),
		duration.HumanDuration(time.Since(cd.CreationTimestamp.Time)), len(cd.Status.Objects), by, message,
	}
}
