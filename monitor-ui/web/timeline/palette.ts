import type { Look } from './lane-marks.ts';

/** The tokens of the theme in force. Read again when the theme changes. */
export interface Palette {
  readonly panel: string;
  readonly line: string;
  readonly text: string;
  readonly muted: string;
  readonly footage: string;
  readonly gap: string;
  readonly gapExplained: string;
  readonly held: string;
  readonly warn: string;
  readonly watch: string;
  readonly font: string;
}

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(name).trim();
  return {
    panel: token('--panel'),
    line: token('--line'),
    text: token('--text'),
    muted: token('--muted'),
    footage: token('--footage'),
    gap: token('--gap'),
    gapExplained: token('--gap-explained'),
    held: token('--held'),
    warn: token('--warn'),
    watch: token('--watch'),
    font: token('--mono') || 'monospace',
  };
}

/** Fills per look. Hatched unless sealed: one way leaning for gaps, the other for what is not sealed yet, dots for unknown. */
export function makeFills(
  context: CanvasRenderingContext2D,
  palette: Palette,
  pixelRatio: number,
): Record<Look, string | CanvasPattern> {
  const tile = (paint: (on: CanvasRenderingContext2D, sizePx: number) => void): string | CanvasPattern => {
    const sizePx = 8;
    const canvas = context.canvas.ownerDocument.createElement('canvas');
    canvas.width = canvas.height = Math.round(sizePx * pixelRatio);
    const on = canvas.getContext('2d');
    if (on === null) return palette.footage;
    on.scale(canvas.width / sizePx, canvas.height / sizePx);
    paint(on, sizePx);
    const pattern = context.createPattern(canvas, 'repeat');
    if (pattern === null) return palette.footage;
    pattern.setTransform(new DOMMatrix().scale(sizePx / canvas.width, sizePx / canvas.height));
    return pattern;
  };
  const hatch =
    (ground: string, stroke: string, lean: 1 | -1, widthPx: number) =>
    (on: CanvasRenderingContext2D, size: number) => {
      on.fillStyle = ground;
      on.fillRect(0, 0, size, size);
      on.strokeStyle = stroke;
      on.lineWidth = widthPx;
      for (const shift of [-size, 0, size]) {
        on.beginPath();
        on.moveTo(shift, lean === 1 ? size : 0);
        on.lineTo(shift + size, lean === 1 ? 0 : size);
        on.stroke();
      }
    };
  return {
    sealed: palette.footage,
    open: tile(hatch(palette.footage, palette.watch, -1, 1.2)),
    pending: tile((on, size) => {
      on.fillStyle = palette.panel;
      on.fillRect(0, 0, size, size);
      on.fillStyle = palette.footage;
      on.fillRect(1, 1, 3, 3);
      on.fillRect(5, 5, 3, 3);
    }),
    gap: tile(hatch(palette.gap, palette.panel, 1, 1.6)),
    'gap-explained': tile(hatch(palette.gapExplained, palette.panel, -1, 1)),
    unregistered: tile(hatch(palette.panel, palette.line, 1, 1)),
  };
}
