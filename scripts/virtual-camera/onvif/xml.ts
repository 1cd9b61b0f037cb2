/** A piece of XML that is already well-formed, told apart from plain text so that text is always escaped. */
export class Xml {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }
}

type XmlChild = Xml | string | number | boolean | undefined;
type XmlAttributes = Readonly<Record<string, string | number | boolean>>;

/** `element('tt:Name', {token: 'a'}, 'text')`; children that are undefined are left out. */
export function element(name: string, attributes: XmlAttributes = {}, ...children: readonly XmlChild[]): Xml {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(String(value))}"`);
  const inside = children.map((child) => {
    if (child === undefined) return '';
    return child instanceof Xml ? child.source : escapeXml(String(child));
  });
  return new Xml(`<${name}${written.join('')}>${inside.join('')}</${name}>`);
}

/** Elements with text only, in the order given. */
export function fields(prefix: string, values: Readonly<Record<string, string | number | boolean>>): Xml {
  return new Xml(
    Object.entries(values)
      .map(([name, value]) => element(`${prefix}:${name}`, {}, value).source)
      .join(''),
  );
}

export function joined(parts: readonly Xml[]): Xml {
  return new Xml(parts.map((part) => part.source).join(''));
}

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;');
}
