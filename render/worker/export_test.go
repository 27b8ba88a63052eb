package worker

// Pids are the processes of the workers that are ready or at work.
func (p *Pool) Pids() []int {
	p.line.mu.Lock()
	defer p.line.mu.Unlock()
	var pids []int
	for _, c := range p.line.live {
		pids = append(pids, c.pid())
	}
	return pids
}

// Waiting is how many jobs wait for a worker.
func (p *Pool) Waiting() int {
	p.line.mu.Lock()
	defer p.line.mu.Unlock()
	return p.line.waiting.count + len(p.line.retries)
}
