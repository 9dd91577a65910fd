// Follows the runs that the page shows: their progress, and at their end the page is loaded again.
for (const element of document.querySelectorAll('[data-run]')) {
  const events = new EventSource(`/v1/runs/${encodeURIComponent(element.dataset.run)}/events`);
  events.addEventListener('message', ({ data }) => {
    const { state, progress } = JSON.parse(data);
    if (progress !== null) element.textContent = progress;
    if (state === 'running') return;
    events.close();
    location.replace(location.pathname);
  });
}
