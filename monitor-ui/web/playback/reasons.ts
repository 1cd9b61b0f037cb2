const key = (counterId: string) => `minh-bach.reason.${counterId}`;

/** The reason stated for a counter, kept until the browser tab is closed. */
export function statedReason(counterId: string): string | undefined {
  return sessionStorage.getItem(key(counterId)) ?? undefined;
}

export function stateReason(counterId: string, reason: string): void {
  sessionStorage.setItem(key(counterId), reason);
}

export function forgetReason(counterId: string): void {
  sessionStorage.removeItem(key(counterId));
}
