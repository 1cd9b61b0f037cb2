import type { HtmlTagDescriptor, Plugin } from 'vite';

/** As much of a bundle as is looked at here. */
interface Chunk {
  readonly type: 'chunk' | 'asset';
  readonly fileName: string;
  readonly isEntry?: boolean;
  readonly facadeModuleId?: string | null;
  readonly imports?: readonly string[];
  readonly viteMetadata?: { readonly importedCss: ReadonlySet<string> };
}

const textFonts = /be-vietnam-pro-(?:latin|vietnamese)-(?:400|600)-normal-[^.]+\.woff2$/;

/**
 * The wall is what most people open and what must be there at once: `index.html` names its code, its styles and the fonts
 * of every text, so that they are fetched beside the first script and not one after the other once it has run.
 */
export function preloadWall(): Plugin {
  return {
    name: 'minh-bach-preload-wall',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle = {} }) {
        const files = Object.values(bundle) as readonly Chunk[];
        const wall = files.find(({ facadeModuleId }) => facadeModuleId?.endsWith('/wall/index.ts'));
        if (wall === undefined) throw new Error('the build has no chunk of the wall');
        const entry = files.find(({ isEntry }) => isEntry === true);
        const present = entry === undefined ? [] : withImports(entry, bundle);
        const wanted = withImports(wall, bundle).filter((chunk) => !present.includes(chunk));
        const styles = wanted.flatMap(({ viteMetadata }) => [...(viteMetadata?.importedCss ?? [])]);
        const fonts = files.map(({ fileName }) => fileName).filter((name) => textFonts.test(name));
        return [
          ...wanted.map(({ fileName }) => link(fileName, { rel: 'modulepreload', crossorigin: '' })),
          ...styles.map((name) => link(name, { rel: 'preload', as: 'style', crossorigin: '' })),
          ...fonts.map((name) =>
            link(name, { rel: 'preload', as: 'font', type: 'font/woff2', crossorigin: '' }),
          ),
        ];
      },
    },
  };
}

function withImports(chunk: Chunk, bundle: Readonly<Record<string, unknown>>, known: Chunk[] = []): Chunk[] {
  if (known.includes(chunk)) return known;
  known.push(chunk);
  for (const name of chunk.imports ?? []) {
    const imported = bundle[name] as Chunk | undefined;
    if (imported !== undefined) withImports(imported, bundle, known);
  }
  return known;
}

function link(fileName: string, attributes: Readonly<Record<string, string>>): HtmlTagDescriptor {
  return { tag: 'link', attrs: { ...attributes, href: `/${fileName}` }, injectTo: 'head' };
}
