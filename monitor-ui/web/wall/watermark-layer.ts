const checkEveryMs = 1000;

/**
 * Draws the viewer's name and the time over a tile, so that a photograph of the screen says who took it. Taken out of
 * the page or altered, it is drawn anew at once; hidden by a style sheet, within a second; the time in it moves every
 * second. Returns what ends it.
 */
export function keepWatermark(tile: HTMLElement, text: () => string): () => void {
  let mark = draw(tile, text());
  const isInPlace = () => mark.host.parentElement === tile && isAsDrawn(mark.host);
  const observer = new MutationObserver(() => {
    if (!isInPlace()) restore();
  });
  // The mark alone: a tile changes many times a second.
  const observe = () => {
    observer.observe(tile, { childList: true });
    observer.observe(mark.host, { attributes: true, attributeFilter: ['style', 'class', 'hidden'] });
  };
  const restore = () => {
    observer.disconnect();
    mark.host.remove();
    mark = draw(tile, text());
    observe();
  };
  observe();
  const timer = setInterval(() => {
    if (!isInPlace() || !isSeen(mark.host)) restore();
    for (const line of mark.lines) line.textContent = text();
  }, checkEveryMs);
  return () => {
    clearInterval(timer);
    observer.disconnect();
    mark.host.remove();
  };
}

function isAsDrawn(host: HTMLElement): boolean {
  return host.getAttribute('style') === style && !host.hidden && host.className === '';
}

/** Not switched off by anybody's style sheet. Makes the browser reckon styles, which is dear while much changes. */
function isSeen(host: HTMLElement): boolean {
  const { display, visibility, opacity } = getComputedStyle(host);
  return display !== 'none' && visibility === 'visible' && Number(opacity) > 0.5;
}

const style = [
  'position:absolute',
  'inset:0',
  'z-index:3',
  'display:block',
  'visibility:visible',
  'opacity:1',
  'overflow:hidden',
  'pointer-events:none',
]
  .map((rule) => `${rule} !important`)
  .join(';');

function draw(tile: HTMLElement, text: string): { host: HTMLElement; lines: readonly HTMLElement[] } {
  const host = document.createElement('div');
  host.setAttribute('style', style);
  host.setAttribute('aria-hidden', 'true');
  host.dataset['watermark'] = '';
  // Closed, so that a style sheet of the page cannot reach the text.
  const root = host.attachShadow({ mode: 'closed' });
  const lines = [0.3, 0.72].map((top, index) => {
    const line = document.createElement('span');
    line.textContent = text;
    line.style.cssText = `position:absolute;left:${index === 0 ? 6 : 28}%;top:${top * 100}%;transform:rotate(-16deg);
      font:600 clamp(9px,3.4cqw,22px) monospace;letter-spacing:0.12em;white-space:nowrap;color:#ffffff3d;text-shadow:0 0 2px #0006`;
    root.append(line);
    return line;
  });
  tile.append(host);
  return { host, lines };
}
