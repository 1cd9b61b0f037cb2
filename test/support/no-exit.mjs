// Loaded before a program (`node --import`): whoever calls `process.exit(0)` is not obeyed, so that the program ends only once
// nothing is left that keeps it. An exit for a fault is obeyed, such as that of a program that did not stop in time.
import process from 'node:process';

const exit = process.exit.bind(process);
process.exit = (code) => (code === 0 ? (process.exitCode = 0) : exit(code));
