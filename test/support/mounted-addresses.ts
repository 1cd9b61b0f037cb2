import type { Express } from 'express';

/** What Express keeps of everything that was mounted. */
interface Layer {
  readonly rawPath: string;
  readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> };
  readonly handle: { readonly stack?: readonly Layer[] };
}

/** Each address an app answers at, as `get /counters/:id`; `use /p` for a handler of all below, once for each. */
export function mountedAddresses(app: Express): string[] {
  return addressesOf((app.router as unknown as { readonly stack: readonly Layer[] }).stack, '');
}

function addressesOf(stack: readonly Layer[], above: string): string[] {
  return stack.flatMap(({ rawPath, route, handle }) => {
    if (route) return Object.keys(route.methods).map((method) => `${method} ${above}${route.path}`);
    const path = above + (rawPath === '/' ? '' : rawPath);
    return handle.stack ? addressesOf(handle.stack, path) : [`use ${path === '' ? '/' : path}`];
  });
}
