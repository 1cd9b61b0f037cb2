/** Loads a page of ours anew; anything that is not a path of this site leads home. */
export function leaveTo(path: string | undefined): void {
  const own = path !== undefined && path.startsWith('/') && !/^\/[/\\]/.test(path);
  location.assign(own ? path : '/');
}
