import express, { type Request, type Response, type Router } from 'express';
import type { ExportId } from '@minhbach/shared/units-of-measure';
import { notFound, ProblemError } from '../problem/index.ts';
import { LinkGuesses } from './link-guesses.ts';
import type { Recipients } from './recipients.ts';
import { firstByteAsked, sendPackage } from './send-package.ts';

export interface PackageLinksParts {
  readonly recipients: Pick<Recipients, 'linked' | 'fetched'>;
  readonly packageFile: (id: ExportId) => string;
  /** Told of every error that is our fault, never with the address asked for: the link is a secret. */
  readonly onFault: (error: unknown) => void;
}

/**
 * Packages for people without an account, by their link: `/d/{token}`. A right link is never kept out by others'
 * guesses; one that is unknown, expired, revoked or used up answers the same 404.
 */
export function packageLinks({ recipients, packageFile, onFault }: PackageLinksParts): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  const guesses = new LinkGuesses();

  const send = async (request: Request, response: Response) => {
    const linked = recipients.linked(String(request.params['token']));
    if (linked === undefined) {
      await guesses.count(request.ip ?? '');
      throw notFound('address');
    }
    recipients.fetched(linked, firstByteAsked(request, linked.sizeBytes));
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const { exportId: id, ...of } = linked;
    await sendPackage(request, response, { ...of, id, file: packageFile(id) }, gone.signal);
  };

  router.get('/:token', async (request, response) => {
    try {
      await send(request, response);
    } catch (error) {
      if (error instanceof ProblemError) throw error;
      onFault(error);
      // The answer had begun: all that is left is to break it off, so that it cannot pass for whole.
      if (response.headersSent) response.destroy();
      else
        throw new ProblemError(
          500,
          'server-fault',
          'The server failed; the fault has been written to its log.',
        );
    }
  });
  return router;
}
