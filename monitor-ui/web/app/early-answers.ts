const keptMs = 10_000;
const asked = new Map<string, Promise<Response>>();

/** Asks for a path below `/api/v1` before the code that will want the answer is there. */
export function askEarly(path: string): Promise<Response> {
  const answer = fetch(`/api/v1${path}`, { credentials: 'same-origin' });
  asked.set(path, answer);
  // Nobody need ever come for it; whoever does sees the failure himself.
  answer.catch(() => undefined);
  setTimeout(() => asked.delete(path), keptMs);
  return answer.then((response) => response.clone());
}

/** The answer asked for earlier, to the first who takes it; undefined when there is none, or it did not come. */
export async function takeEarly(path: string): Promise<Response | undefined> {
  const answer = asked.get(path);
  asked.delete(path);
  return answer?.catch(() => undefined);
}
