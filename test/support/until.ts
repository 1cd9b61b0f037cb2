/** Waits until `condition` holds, looking again every 20 ms. Rejects when it does not within `limitMs`. */
export async function until(condition: () => boolean | Promise<boolean>, limitMs = 15_000): Promise<void> {
  const endAtMs = performance.now() + limitMs;
  while (!(await condition())) {
    if (performance.now() > endAtMs) throw new Error(`not within ${limitMs} ms: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
