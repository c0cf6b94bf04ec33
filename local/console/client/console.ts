/**
 * What the pages of the console do besides being read: they renew themselves, show times in the reader's zone, copy
 * commands and listen to keys. All of them work without it.
 */
export {};

/** Times in the reader's zone. UTC stays in the title. */
function localTimes(root: ParentNode): void {
  const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
  for (const time of root.querySelectorAll('time')) {
    const instant = new Date(time.dateTime);
    if (!Number.isNaN(instant.getTime())) time.textContent = format.format(instant);
  }
}

/** Says in which zone times are. */
function showZone(): void {
  const zone = document.querySelector('#zone');
  if (zone !== null) zone.textContent = `Times: ${new Intl.DateTimeFormat().resolvedOptions().timeZone}`;
}

function showCopyButtons(root: ParentNode): void {
  for (const button of root.querySelectorAll<HTMLButtonElement>('button[data-copy]')) button.hidden = false;
}

function say(words: string): void {
  const status = document.querySelector('#status');
  if (status !== null) status.textContent = words;
}

/** The parts of a page that change. What people write is not among them. */
const PARTS = ['.about > form:not(.send)', '.about > .timeline, .about > .empty', '.detail, main > .empty', '.page'];

/** Loads this page again, and takes over what has changed. What people wrote and focused stays. */
async function renew(): Promise<void> {
  const answer = await fetch(location.href);
  if (!answer.ok) return;
  const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
  localTimes(next);
  showCopyButtons(next);
  const pairs = PARTS.map((part) => [document.querySelectorAll(part), next.querySelectorAll(part)] as const);
  if (pairs.some(([old, fresh]) => old.length !== fresh.length)) return replaceMain(next);
  for (const [old, fresh] of pairs) {
    old.forEach((element, at) => {
      const other = fresh[at];
      // A frame that is replaced would load its mail again.
      if (other === undefined || contentOf(element) === other.innerHTML || isEdited(element)) return;
      keepingFocus(() => element.replaceWith(other));
    });
  }
}

/** The content as the server sent it: people may have opened a part of it. */
const contentOf = (element: Element): string => element.innerHTML.replaceAll('<details open="">', '<details>');

/** Whether people are writing or choosing in a form of `element`. */
function isEdited(element: Element): boolean {
  const { activeElement } = document;
  if (activeElement?.matches('input, select') === true && element.contains(activeElement)) return true;
  const fields = [...element.querySelectorAll<HTMLInputElement>('input:not([type=hidden])')];
  const choices = [...element.querySelectorAll('select')];
  return (
    fields.some(({ value, defaultValue }) => value !== defaultValue) ||
    choices.some(({ selectedIndex, selectedOptions: [chosen] }) => selectedIndex > 0 && !chosen?.defaultSelected)
  );
}

/** The page has other parts than before: all is replaced but the form in which people write. */
function replaceMain(next: Document): void {
  const [old, fresh] = [document.querySelector('main'), next.querySelector('main')];
  const [written, empty] = [old?.querySelector('.send'), fresh?.querySelector('.send')];
  if (old === null || fresh === null) return;
  keepingFocus(() => {
    if (written != null) empty?.replaceWith(written);
    old.replaceWith(fresh);
  });
}

/** Focuses the same link or field again, if `change` took it away. */
function keepingFocus(change: () => void): void {
  const focused = document.activeElement;
  const address = focused instanceof HTMLAnchorElement ? focused.getAttribute('href') : null;
  change();
  if (focused instanceof HTMLTextAreaElement && focused.isConnected) focused.focus();
  if (address === null || focused?.isConnected === true) return;
  const links = [...document.querySelectorAll<HTMLAnchorElement>('main a')];
  links.find((link) => link.getAttribute('href') === address)?.focus();
}

/** Renews the page when the server says that its content has changed. */
function listen(): void {
  const { topic } = document.body.dataset;
  if (topic === undefined || topic === '') return;
  let [isRenewing, isDue] = [false, false];
  const again = async (): Promise<void> => {
    isDue = true;
    if (isRenewing) return;
    isRenewing = true;
    while (isDue) {
      isDue = false;
      await renew().catch(() => undefined);
    }
    isRenewing = false;
  };
  const open = () => {
    const source = new EventSource('/live');
    source.addEventListener('changed', (event) => {
      if (topic.split(',').includes(event.data)) void again();
    });
    source.addEventListener('ready', () => {
      say('');
      void again();
    });
    source.addEventListener('error', () =>
      say(`The console does not answer. Does ${document.body.dataset['command'] ?? 'it'} still run?`),
    );
    return source;
  };
  // A browser has six connections to a console: hidden tabs give theirs back, and hear what they missed when they are seen.
  let source = document.hidden ? undefined : open();
  const close = () => {
    source?.close();
    source = undefined;
  };
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) close();
    else source ??= open();
  });
  window.addEventListener('pagehide', close);
}

/** `j` and `k` go to the next and the previous step, digits to a form of the message. */
function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target instanceof HTMLElement && event.target.closest('input, textarea, select') !== null) return;
  const steps = [...document.querySelectorAll<HTMLAnchorElement>('.timeline a')];
  const at = steps.findIndex((link) => link.getAttribute('aria-current') === 'step');
  const forms = [...document.querySelectorAll<HTMLAnchorElement>('.forms a')];
  const to = { j: steps[at + 1], k: steps[at - 1] }[event.key] ?? forms[Number(event.key) - 1];
  to?.click();
}

document.querySelector<HTMLSelectElement>('#sample')?.addEventListener('change', (event) => {
  if (event.target instanceof HTMLSelectElement) event.target.form?.requestSubmit();
});
document.addEventListener('keydown', onKey);
document.addEventListener('click', (event) => {
  const button = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-copy]') : null;
  if (button === null) return;
  const copied = navigator.clipboard.writeText(button.dataset['copy'] ?? '');
  void copied.then(
    () => say('Copied.'),
    () => say('The browser does not allow copying.'),
  );
});
localTimes(document);
showZone();
showCopyButtons(document);
document.querySelector('nav [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
listen();
