/**
 * Paths below `/api/v1` of what the wall is first drawn from. The server names them to the browser with the page itself,
 * so that they are on their way before any code is; the page's first script asks for the same.
 */
export const wallAnswers = ['/me', '/sites?limit=500', '/counters?limit=500'] as const;
