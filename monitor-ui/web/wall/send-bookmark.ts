import type { IncidentInput, PageToServer } from '@minhbach/shared/protocol';
import { api, ApiProblem, realtime } from '../app/index.ts';

const answerWithinMs = 4000;

type Answer = Parameters<Parameters<PageToServer['bookmark']>[1]>[0];

/**
 * Stores a bookmark: over the open Socket.IO connection, or by REST when there is none or it does not answer.
 * Throws `ApiProblem` when the server refuses it or cannot be reached; nothing is stored then.
 */
export async function sendBookmark(input: IncidentInput): Promise<void> {
  const connection = realtime();
  if (connection.connected) {
    const acked = connection.timeout(answerWithinMs).emitWithAck('bookmark', input) as Promise<Answer>;
    const answer = await acked.catch(() => undefined);
    if (answer?.ok === true) return;
    if (answer !== undefined) throw new ApiProblem(answer.problem);
  }
  await api.post('/incidents', input);
}
