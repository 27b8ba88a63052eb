package worker

import "slices"

// turns are the jobs that wait, in the order in which they get workers: the
// owners take turns, and the jobs of one owner go as they came.
type turns struct {
	queues []queue // none is empty; the owner whose turn is next comes first
	count  int     // of jobs
}

// queue are the jobs of one owner.
type queue struct {
	owner   string
	waiting []*waiter
}

// of is how many jobs of the owner wait.
func (t *turns) of(owner string) int {
	if i := t.find(owner); i >= 0 {
		return len(t.queues[i].waiting)
	}
	return 0
}

func (t *turns) find(owner string) int {
	return slices.IndexFunc(t.queues, func(q queue) bool { return q.owner == owner })
}

func (t *turns) add(w *waiter) {
	t.count++
	if i := t.find(w.owner); i >= 0 {
		t.queues[i].waiting = append(t.queues[i].waiting, w)
		return
	}
	t.queues = append(t.queues, queue{w.owner, []*waiter{w}})
}

// next takes out the job whose turn it is; nil when none waits.
func (t *turns) next() *waiter {
	if t.count == 0 {
		return nil
	}
	q := t.queues[0]
	t.queues = t.queues[1:]
	t.count--
	w := q.waiting[0]
	if q.waiting = q.waiting[1:]; len(q.waiting) > 0 {
		t.queues = append(t.queues, q)
	}
	return w
}

// remove takes out a job that no longer waits, if it is there.
func (t *turns) remove(w *waiter) {
	i := t.find(w.owner)
	if i < 0 {
		return
	}
	q := &t.queues[i]
	at := slices.Index(q.waiting, w)
	if at < 0 {
		return
	}
	t.count--
	if q.waiting = slices.Delete(q.waiting, at, at+1); len(q.waiting) == 0 {
		t.queues = slices.Delete(t.queues, i, i+1)
	}
}
