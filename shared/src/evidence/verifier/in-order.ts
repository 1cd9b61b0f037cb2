/**
 * Answers to each of `orders`, in their order; as many as `atOnce` are being worked on. Rejects as the first that does;
 * those begun have ended then.
 */
export async function* inOrder<Order, Answer>(
  orders: Iterable<Order>,
  atOnce: number,
  work: (order: Order) => Promise<Answer>,
): AsyncGenerator<Answer> {
  const begun: Promise<Answer>[] = [];
  try {
    for (const order of orders) {
      const answer = work(order);
      // Whether it fails is seen when its turn comes.
      answer.catch(() => undefined);
      begun.push(answer);
      if (begun.length === atOnce) yield await next(begun);
    }
    while (begun.length > 0) yield await next(begun);
  } finally {
    await Promise.allSettled(begun);
  }
}

/** Those behind it stay: they are waited for when it fails. */
async function next<Answer>(begun: Promise<Answer>[]): Promise<Answer> {
  const [first] = begun;
  if (first === undefined) throw new RangeError('nothing was begun');
  const answer = await first;
  void begun.shift();
  return answer;
}
