import type { PublicLanguage, PublicText } from './i18n/index.ts';

/** Text that is HTML already. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | Html | undefined | readonly (Html | undefined)[];

/** Everything put in is escaped, unless it is HTML made here. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.reduce((whole, string, at) => whole + string + asHtml(parts[at]), ''));
}

function asHtml(part: Part): string {
  if (part === undefined) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part));
  return part.map(asHtml).join('');
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** No script, no picture, one small style: what a telephone of ten years ago shows too. */
const style = `
*{box-sizing:border-box}
body{margin:0;background:#f5f7fa;color:#17202b;font:17px/1.5 "Be Vietnam Pro","Noto Sans",sans-serif}
main{max-width:34em;margin:0 auto;padding:16px}
header{max-width:34em;margin:0 auto;padding:12px 16px;display:flex;justify-content:space-between;align-items:center}
header a,footer a{display:inline-block;padding:10px 0;color:#1266c2}
h1{font-size:24px;margin:8px 0}
label,legend{display:block;font-weight:600;margin:16px 0 4px}
fieldset{border:1px solid #d8e0e8;border-radius:8px;margin:20px 0;padding:0 12px 14px;background:#fff}
fieldset label.choice{font-weight:400;padding:10px 0;margin:0}
small{display:block;color:#566577;font-weight:400}
input,textarea{font:inherit;width:100%;min-height:46px;padding:8px 10px;border:1px solid #93a1b3;border-radius:6px;background:#fff;color:inherit}
input[type=radio]{width:22px;min-height:22px;vertical-align:-5px;margin:0 8px 0 0}
input:focus,textarea:focus,button:focus,a:focus{outline:3px solid #1266c2;outline-offset:1px}
button{font:inherit;font-weight:600;width:100%;min-height:50px;margin-top:20px;border:0;border-radius:6px;background:#1266c2;color:#fff}
.fault{border-left:4px solid #c42a22;background:#fbecec;padding:10px 12px}
.card{background:#fff;border:1px solid #d8e0e8;border-radius:8px;padding:16px}
.code{font:700 28px/1.3 "DejaVu Sans Mono",monospace;letter-spacing:1px;margin:8px 0;overflow-wrap:anywhere}
.hidden{position:absolute;left:-9999px}
ul{padding-left:1.2em}
`;

export function page(of: {
  readonly text: PublicText;
  readonly language: PublicLanguage;
  readonly title: string;
  /** The same page in the other language. */
  readonly otherHref: string;
  readonly body: Html;
}): string {
  const { text, language, title, otherHref, body } = of;
  return html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title} · ${text('product')}</title>
        <style>
          ${new Html(style)}
        </style>
      </head>
      <body>
        <header><b>${text('product')}</b><a href="${otherHref}">${text('language')}</a></header>
        <main>${body}</main>
      </body>
    </html>`.text;
}
