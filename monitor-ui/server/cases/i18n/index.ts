export { en } from './en.ts';
export { vi } from './vi.ts';
