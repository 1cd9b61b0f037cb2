import { join } from 'node:path';
import type { HtmlTagDescriptor, Plugin } from 'vite';

/** As much of a bundle as is looked at here. */
interface Chunk {
  readonly type: 'chunk' | 'asset';
  readonly fileName: string;
  readonly moduleIds?: readonly string[];
  readonly facadeModuleId?: string | null;
  readonly imports?: readonly string[];
  readonly viteMetadata?: { readonly importedCss: ReadonlySet<string> };
}

/** Without it a script that is not waited for comes last. */
const high = { fetchpriority: 'high' };
const textFonts = /be-vietnam-pro-(?:latin|vietnamese)-(?:400|600)-normal-[^.]+\.woff2$/;

/**
 * The wall is what most people open and what must be there at once: `index.html` names its code, its styles and the fonts
 * of every text, so that they are fetched beside the first script and not one after the other once it has run.
 * `early.ts` becomes a script of its own before all others.
 */
export function preloadWall(): Plugin {
  let root = '';
  return {
    name: 'minh-bach-preload-wall',
    apply: 'build',
    configResolved(config) {
      root = config.root;
    },
    buildStart() {
      this.emitFile({ type: 'chunk', id: join(root, 'early.ts'), name: 'early' });
    },
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle = {} }) {
        const files = Object.values(bundle) as readonly Chunk[];
        const chunkOf = (ending: string): Chunk => {
          const found =
            files.find(({ facadeModuleId }) => facadeModuleId?.endsWith(ending)) ??
            files.find(({ moduleIds }) => moduleIds?.some((id) => id.endsWith(ending)));
          if (found === undefined) throw new Error(`the build has no chunk of ${ending}`);
          return found;
        };
        // Its own file does nothing but load the one that holds its code.
        const early = files.find(({ moduleIds = [] }) => moduleIds.some((id) => id.endsWith('/early.ts')));
        if (early === undefined) throw new Error('the build has no chunk of /early.ts');
        const wall = chunkOf('/wall/index.ts');
        // The build names what its own entry imports.
        const named = withImports(chunkOf('/index.html'), bundle);
        const wanted = [...withImports(early, bundle), ...withImports(wall, bundle)].filter(
          (chunk) => chunk !== early && !named.includes(chunk),
        );
        const styles = wanted.flatMap(({ viteMetadata }) => [...(viteMetadata?.importedCss ?? [])]);
        const fonts = files.map(({ fileName }) => fileName).filter((name) => textFonts.test(name));
        const player = chunkOf('/live-player/early-pictures.ts');
        return [
          script(early.fileName),
          // What the first script goes on with does not wait behind all the rest.
          {
            ...link(player.fileName, { rel: 'modulepreload', crossorigin: '', ...high }),
            injectTo: 'head-prepend',
          },
          ...wanted
            .filter((chunk) => chunk !== player)
            .map(({ fileName }) => link(fileName, { rel: 'modulepreload', crossorigin: '' })),
          ...styles.map((name) => link(name, { rel: 'preload', as: 'style', crossorigin: '' })),
          ...fonts.map((name) =>
            // A browser opens six connections: fonts would keep the wall's answers waiting.
            link(name, {
              ...{ rel: 'preload', as: 'font', type: 'font/woff2', crossorigin: '' },
              fetchpriority: 'low',
            }),
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

function script(fileName: string): HtmlTagDescriptor {
  // `async`: as soon as it is there, not after the page's text and its styles.
  const attrs = { type: 'module', async: '', crossorigin: '', ...high, src: `/${fileName}` };
  return { tag: 'script', attrs, injectTo: 'head-prepend' };
}

function link(fileName: string, attributes: Readonly<Record<string, string>>): HtmlTagDescriptor {
  return { tag: 'link', attrs: { ...attributes, href: `/${fileName}` }, injectTo: 'head' };
}
