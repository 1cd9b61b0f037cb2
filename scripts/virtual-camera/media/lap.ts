/*
 * Everything a virtual camera sends repeats after one lap. Picture and sound laps have exactly the same
 * length: were they to differ, sound would drift from picture by the difference on every lap.
 */
export const LAP_SECONDS = 40;
export const MAIN_FRAMES_PER_SECOND = 25;
export const SUB_FRAMES_PER_SECOND = 12.5;
/** Frames of the main stream in a lap; also the number of different frame numbers burnt in. */
export const LAP_FRAMES = LAP_SECONDS * MAIN_FRAMES_PER_SECOND;
export const GOP_SECONDS = 2;
