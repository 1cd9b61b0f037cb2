/** For paper: black on white, no section broken over two sheets. */
export const pageStyle = `
@page { size: A4; margin: 15mm; }
body { font: 11pt/1.45 "Be Vietnam Pro", system-ui, sans-serif; color: #000; background: #fff; max-width: 180mm; margin: 8mm auto; padding: 0 4mm; }
h1 { font-size: 16pt; margin: 0 0 3mm; } h2 { font-size: 12pt; margin: 0 0 1mm; }
section { break-inside: avoid; border-top: 1px solid #000; padding: 4mm 0; overflow: hidden; }
figure { float: right; width: 42mm; margin: 0 0 2mm 4mm; } figure svg { width: 100%; height: auto; display: block; }
figcaption { font-size: 8pt; }
dl { margin: 0; } dt { font-size: 9pt; } dd { margin: 0 0 1.5mm; font-family: ui-monospace, monospace; font-size: 9pt; overflow-wrap: anywhere; }
.state { font-weight: 600; margin: 0 0 2mm; }
`;
