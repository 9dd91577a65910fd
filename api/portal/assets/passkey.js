// Forms with a passkey: the browser is asked for one, and its answer is sent in the field `response`. Without this script, or without passkeys in the
// browser, these forms stay hidden.
const isAble = typeof window.PublicKeyCredential?.parseRequestOptionsFromJSON === 'function';
for (const form of isAble ? document.querySelectorAll('form[data-passkey]') : []) {
  form.hidden = false;
  const { passkey: kind, options: address } = form.dataset;
  const problem = form.querySelector('[role=alert]');
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    problem.hidden = true;
    try {
      const answer = await fetch(address, { method: 'POST' });
      const options = await answer.json().catch(() => ({}));
      if (!answer.ok) throw new Error(options.detail ?? problem.dataset.refused);
      const credential = await (kind === 'create'
        ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
        : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) }));
      form.elements.response.value = JSON.stringify(credential.toJSON());
      form.submit();
    } catch (error) {
      // The browser's own words are for developers: whoever closes its window sees that nothing happened.
      problem.textContent = error instanceof DOMException ? problem.dataset.refused : error.message;
      problem.hidden = false;
    }
  });
}
