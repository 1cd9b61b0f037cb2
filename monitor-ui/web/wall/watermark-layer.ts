const checkEveryMs = 1000;

/**
 * Draws the viewer's name and the time over a tile, so that a photograph of the screen says who took it. Taken out of
 * the page, emptied or hidden, it is drawn anew at once; the time in it moves every second. Returns what ends it.
 */
export function keepWatermark(tile: HTMLElement, text: () => string): () => void {
  let mark = draw(tile, text());
  const observer = new MutationObserver(() => restore());
  const observe = () =>
    observer.observe(tile, {
      childList: true,
      subtree: true,
      attributes: true,
      attributeFilter: ['style', 'class', 'hidden'],
    });

  const restore = () => {
    if (mark.host.parentElement === tile && isPlain(mark.host)) return;
    observer.disconnect();
    mark.host.remove();
    mark = draw(tile, text());
    observe();
  };
  observe();
  const timer = setInterval(() => {
    restore();
    for (const line of mark.lines) line.textContent = text();
  }, checkEveryMs);
  return () => {
    clearInterval(timer);
    observer.disconnect();
    mark.host.remove();
  };
}

/** As drawn by us: our style, not switched off by anybody's. */
function isPlain(host: HTMLElement): boolean {
  if (host.getAttribute('style') !== style || host.hidden || host.className !== '') return false;
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
