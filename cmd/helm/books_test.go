package main

import (
	"encoding/json"
	"net/http"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/repo"
)

// books are what a fake manager knows of repositories.
type books struct {
	repositories []v1alpha1.Repository
	credentials  []v1alpha1.Credential
	found        v1alpha1.ChartSearchStatus
	charts       map[string]v1alpha1.ChartInspectionStatus // by reference
	// released are what was asked of it, whatever the answer.
	released []v1alpha1.ChartReleaseSpec
	searched []v1alpha1.ChartSearchSpec
}

func (b *books) serve(w http.ResponseWriter, r *http.Request, parts []string) {
	name := ""
	if len(parts) > 1 {
		name = parts[1]
	}
	switch r.Method + " " + parts[0] {
	case "GET repositories":
		if name == "" {
			answer(w, 200, v1alpha1.RepositoryList{Items: b.repositories})
			return
		}
		reply(w, b.repositories, func(r v1alpha1.Repository) bool { return r.Name == name })
	case "POST repositories":
		b.add(w, read[v1alpha1.Repository](r))
	case "DELETE repositories":
		count := len(b.repositories)
		b.repositories = slices.DeleteFunc(b.repositories, func(r v1alpha1.Repository) bool { return r.Name == name })
		gone(w, count > len(b.repositories))
	case "GET credentials":
		answer(w, 200, v1alpha1.CredentialList{Items: b.credentials})
	case "POST credentials":
		c := read[v1alpha1.Credential](r)
		if c.Name == "" {
			c.Name = "token-foo"
		}
		b.credentials = append(b.credentials, c)
		c.Spec.Secret = ""
		answer(w, http.StatusCreated, c)
	case "DELETE credentials":
		count := len(b.credentials)
		b.credentials = slices.DeleteFunc(b.credentials, func(c v1alpha1.Credential) bool { return c.Name == name })
		gone(w, count > len(b.credentials))
	case "POST chartsearches":
		b.searched = append(b.searched, read[v1alpha1.ChartSearch](r).Spec)
		answer(w, http.StatusCreated, v1alpha1.ChartSearch{Status: b.found})
	case "POST chartinspections":
		b.inspect(w, read[v1alpha1.ChartInspection](r))
	case "POST chartreleases":
		b.release(w, read[v1alpha1.ChartRelease](r))
	default:
		http.NotFound(w, r)
	}
}

// add knows the addresses of repositories as the manager does.
func (b *books) add(w http.ResponseWriter, r v1alpha1.Repository) {
	at, err := repo.ParseLocation(r.Spec.URL)
	if err != nil {
		answer(w, 422, refusal(422, metav1.StatusReasonInvalid, err.Error()))
		return
	}
	r.Name = at.Name()
	if slices.ContainsFunc(b.repositories, func(other v1alpha1.Repository) bool { return other.Name == r.Name }) {
		answer(w, 409, refusal(409, metav1.StatusReasonAlreadyExists, "it is there already"))
		return
	}
	b.repositories = append(b.repositories, r)
	answer(w, http.StatusCreated, r)
}

func (b *books) inspect(w http.ResponseWriter, asked v1alpha1.ChartInspection) {
	status, ok := b.charts[asked.Spec.Chart]
	if !ok {
		said := refusal(404, metav1.StatusReasonNotFound, "no such chart")
		said.Details = &metav1.StatusDetails{Kind: "chartinspections", Causes: []metav1.StatusCause{{Type: v1alpha1.CauseTry, Message: "helm search bar"}}}
		answer(w, 404, said)
		return
	}
	asked.Status = status
	answer(w, http.StatusCreated, asked)
}

// release takes what is for the first repository.
func (b *books) release(w http.ResponseWriter, asked v1alpha1.ChartRelease) {
	b.released = append(b.released, asked.Spec)
	said := refusal(404, metav1.StatusReasonNotFound, "not found")
	switch {
	case asked.Spec.Destination != "" && asked.Spec.Destination != b.repositories[0].Spec.URL:
		said.Details = &metav1.StatusDetails{Kind: v1alpha1.Repositories}
		answer(w, 404, said)
	case len(b.released) == 1:
		said.Details = &metav1.StatusDetails{Kind: v1alpha1.ChartPackages}
		answer(w, 404, said)
	default:
		asked.Status.URL = b.repositories[0].Spec.URL + "/note-0.3.0.tgz"
		answer(w, http.StatusCreated, asked)
	}
}

func read[T any](r *http.Request) T {
	var object T
	if err := json.NewDecoder(r.Body).Decode(&object); err != nil {
		panic(err)
	}
	return object
}

func reply[T any](w http.ResponseWriter, all []T, wanted func(T) bool) {
	if i := slices.IndexFunc(all, wanted); i >= 0 {
		answer(w, 200, all[i])
		return
	}
	answer(w, 404, refusal(404, metav1.StatusReasonNotFound, "no such thing"))
}

func gone(w http.ResponseWriter, there bool) {
	if there {
		answer(w, 200, metav1.Status{Status: metav1.StatusSuccess})
		return
	}
	answer(w, 404, refusal(404, metav1.StatusReasonNotFound, "no such thing"))
}
