import express, { type Request, type Response, type Router } from 'express';
import type { z } from 'zod';
import type { Clock } from '@minhbach/shared/clock';
import type { complaintFollowedSchema, publicCounterSchema } from '@minhbach/shared/protocol';
import { attachmentLimits, type PublicDesk } from '../complaints/index.ts';
import { ProblemError } from '../problem/index.ts';
import { localDay, readForm, type FormFields } from './form-fields.ts';
import { followPage, formPage, sentPage } from './form-page.ts';
import { isPublicTextKey, publicLanguage, publicText, type PublicText } from './i18n/index.ts';
import { readMultipart, type SentFile } from './read-multipart.ts';

export interface PublicPagesParts {
  readonly desk: PublicDesk;
  readonly clock: Clock;
  /** Told of every error that is our fault. */
  readonly onFault: (error: unknown) => void;
}

type Counter = z.input<typeof publicCounterSchema>;

/**
 * The pages behind a counter's code: plain forms, so that they work on an old telephone and without scripts. They use no
 * session, so that nothing here can be done in somebody's name.
 */
export function publicPages({ desk, clock, onFault }: PublicPagesParts): Router {
  const router = express.Router({ caseSensitive: true, strict: false });

  const show = (
    request: Request,
    response: Response,
    status: number,
    counter: Counter | undefined,
    more: { typed?: FormFields; fault?: string } = {},
  ) => {
    const language = publicLanguage(request.query['lang']);
    const today = localDay(clock.wallNow());
    const { typed = {}, fault } = more;
    send(response, status, formPage({ text: publicText(language), language, counter, typed, today, fault }));
  };

  const take = async (request: Request, response: Response, counter: Counter | undefined) => {
    const language = publicLanguage(request.query['lang']);
    const text = publicText(language);
    let typed: FormFields = {};
    try {
      const { signal } = leaving(response);
      const { fields, files } = await readMultipart(request, { fileBytes: attachmentLimits.bytes, signal });
      typed = fields;
      const read = readForm(fields, counter?.id, clock.wallNow());
      if ('fault' in read) {
        show(request, response, 400, counter, { typed, fault: text(read.fault) });
        return;
      }
      const { receiptCode } = await desk.take(read.told, request.ip ?? '');
      const said = await keepFiles(desk, receiptCode, files, text, signal);
      send(response, 201, sentPage({ text, language, receiptCode, files: said }));
    } catch (error) {
      if (!(error instanceof ProblemError)) onFault(error);
      const status = error instanceof ProblemError ? error.status : 500;
      show(request, response, status, counter, { typed, fault: sentenceOf(error, text) });
    }
  };

  const counterOf = (request: Request, response: Response): Counter | undefined => {
    const counter = desk.counter(String(request.params['id']));
    if (counter === undefined) {
      const language = publicLanguage(request.query['lang']);
      const text = publicText(language);
      send(response, 404, followPage({ text, language, typed: '', fault: text('fault.not-found') }));
    }
    return counter;
  };

  router.get('/', (request, response) => show(request, response, 200, undefined));
  router.post('/', (request, response) => take(request, response, undefined));
  router.get('/c/:id', (request, response) => {
    const counter = counterOf(request, response);
    if (counter !== undefined) show(request, response, 200, counter);
  });
  router.post('/c/:id', async (request, response) => {
    const counter = counterOf(request, response);
    if (counter !== undefined) await take(request, response, counter);
  });
  router.get('/follow', (request, response) => {
    const language = publicLanguage(request.query['lang']);
    send(response, 200, followPage({ text: publicText(language), language, typed: '' }));
  });
  router.post('/follow', async (request, response) => {
    const language = publicLanguage(request.query['lang']);
    const text = publicText(language);
    let typed = '';
    try {
      const { signal } = leaving(response);
      typed = (await readMultipart(request, { fileBytes: 1, signal })).fields['code'] ?? '';
      const found = await desk.follow(typed, request.ip ?? '');
      const { answer } = found;
      send(response, 200, followPage({ text, language, typed, said: [saidOf(found, text)], answer }));
    } catch (error) {
      if (!(error instanceof ProblemError)) onFault(error);
      const status = error instanceof ProblemError ? error.status : 500;
      send(response, status, followPage({ text, language, typed, fault: sentenceOf(error, text) }));
    }
  });
  return router;
}

/** A file that is refused does not cost the complaint; what became of each is said. */
async function keepFiles(
  desk: PublicDesk,
  receiptCode: string,
  files: readonly SentFile[],
  text: PublicText,
  signal: AbortSignal,
): Promise<string[]> {
  const said: string[] = [];
  for (const { name, body } of files) {
    try {
      const kept = await desk.attach(receiptCode, { body, name, signal });
      said.push(text('sent.file-kept', { name: kept.name }));
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      said.push(text('sent.file-refused', { name, why: sentenceOf(error, text) }));
    }
  }
  return said;
}

function saidOf(found: z.input<typeof complaintFollowedSchema>, text: PublicText): string {
  const dayOf = (at: number) => localDay(at).split('-').reverse().join('/');
  const terms = { accept: dayOf(found.acceptBy - 1), answer: dayOf(found.answerBy - 1) };
  switch (found.state) {
    case 'received':
      return text('follow.received', { date: dayOf(found.receivedAt), ...terms });
    case 'in-case':
      return text('follow.in-case', terms);
    case 'closed':
      return text('follow.closed');
    default:
      return found.state satisfies never;
  }
}

function sentenceOf(error: unknown, text: PublicText): string {
  if (!(error instanceof ProblemError)) return text('fault.server');
  if (error.status === 429) {
    return text('fault.too-many', { minutes: String(error.params?.['minutes'] ?? 60) });
  }
  if (error.code === 'receipt-code-unknown') return text('fault.code');
  const key = `fault.${error.code}`;
  return isPublicTextKey(key) ? text(key) : text('fault.field');
}

function leaving(response: Response): AbortController {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  return gone;
}

function send(response: Response, status: number, body: string): void {
  response.status(status).type('html').setHeader('Cache-Control', 'no-store');
  response.send(body);
}
