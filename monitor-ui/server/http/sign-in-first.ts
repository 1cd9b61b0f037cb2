import { extname } from 'node:path';
import type { Request, RequestHandler } from 'express';

/** Pages for people who are not signed in. */
const openPages = new Set(['/sign-in', '/first-start']);

/**
 * Whoever opens a page and is not signed in is led to sign in before the page asks for anything: a first visit leaves no
 * refusal in the browser's console. Only where the browser says that its cookie would have come along: a link from
 * another site comes without it (`SameSite=Strict`), and there the page finds out by itself.
 */
export function signInFirst(isSignedIn: (request: Request) => Promise<boolean>): RequestHandler {
  return async (request, response, next) => {
    const isPage = request.method === 'GET' && extname(request.path) === '' && !openPages.has(request.path);
    if (!isPage || !bringsCookies(request) || (await isSignedIn(request))) return next();
    const { originalUrl } = request;
    const then = originalUrl === '/' ? '' : `?then=${encodeURIComponent(originalUrl)}`;
    response.set('Cache-Control', 'no-store').redirect(302, `/sign-in${then}`);
  };
}

/** A person's own navigation, or one from a page of ours (Fetch Metadata; a browser that sends none is left alone). */
function bringsCookies(request: Request): boolean {
  const site = request.get('sec-fetch-site');
  return (
    request.get('sec-fetch-dest') === 'document' &&
    (site === 'none' || site === 'same-origin' || site === 'same-site')
  );
}
