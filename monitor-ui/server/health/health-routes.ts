import type { RequestHandler } from 'express';

/** Whether the process lives, and whether it can do its work now. Neither says anything about anybody. */
export function healthHandlers(isReady: () => boolean): { healthz: RequestHandler; readyz: RequestHandler } {
  return {
    healthz: (_request, response) => {
      response.set('Cache-Control', 'no-store').json({ status: 'ok' });
    },
    readyz: (_request, response) => {
      const ready = answers(isReady);
      response
        .set('Cache-Control', 'no-store')
        .status(ready ? 200 : 503)
        .json({ status: ready ? 'ready' : 'not-ready' });
    },
  };
}

/** A question that cannot even be asked (the database is gone) is answered like one denied. */
function answers(isReady: () => boolean): boolean {
  try {
    return isReady();
  } catch {
    return false;
  }
}
