'use strict';
(() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const list = document.getElementById('list');
  const resources = all('.resource');
  const folds = all('[data-fold]');
  const texts = new Map(resources.map((element) => [element, Object.values(element.dataset).join(' ').toLowerCase()]));
  all('.finding').forEach((element) => texts.set(element, element.textContent.toLowerCase()));
  const shown = document.getElementById('shown');

  const filter = (words) => {
    let count = 0;
    for (const [element, text] of texts) {
      const fits = words.every((word) => text.includes(word));
      element.classList.toggle('filtered', !fits);
      if (fits && element.classList.contains('resource')) count += 1;
    }
    shown.textContent = `${count} of ${resources.length} resources`;
  };

  const sort = (key) => {
    const value = (element) => element.dataset[key] || '\uffff';
    const order = (a, b) => (key === 'number' ? 0 : value(a).localeCompare(value(b)))
      || a.dataset.number - b.dataset.number;
    list.append(...resources.sort(order));
  };

  const copy = (button, text) => {
    const say = (word) => {
      button.textContent = word;
      setTimeout(() => { button.textContent = 'Copy'; }, 1500);
    };
    // Where the page is not trusted with the clipboard, as over plain HTTP.
    const select = () => {
      window.getSelection().selectAllChildren(button.previousElementSibling);
      say(document.execCommand('copy') ? 'Copied' : 'Press Ctrl-C');
    };
    if (navigator.clipboard) navigator.clipboard.writeText(text).then(() => say('Copied'), select);
    else select();
  };

  // A link leads to what is folded or filtered away, too.
  const reveal = () => {
    const target = document.getElementById(location.hash.slice(1));
    const section = target && target.closest('details');
    if (!section) return;
    section.classList.remove('filtered');
    section.open = true;
    section.scrollIntoView();
  };

  all('.command').forEach((command) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'Copy';
    button.addEventListener('click', () => copy(button, command.querySelector('code').textContent));
    command.append(button);
  });
  if (list) {
    const input = document.getElementById('filter');
    const words = () => input.value.toLowerCase().split(/\s+/).filter(Boolean);
    input.addEventListener('input', () => filter(words()));
    document.getElementById('sort').addEventListener('change', (event) => sort(event.target.value));
    document.querySelector('.tools').hidden = false;
    filter(words());
  }
  document.getElementById('fold').addEventListener('click', () => folds.forEach((one) => { one.open = false; }));
  document.getElementById('unfold').addEventListener('click', () => folds.forEach((one) => { one.open = !one.classList.contains('filtered'); }));
  window.addEventListener('hashchange', reveal);
  reveal();
})();
