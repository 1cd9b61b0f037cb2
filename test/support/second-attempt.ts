import { jest } from '@jest/globals';

/*
 * A browser, a demo and ten ffmpegs share two cores with whatever else the machine does. A browser test may try again
 * once, on a page of its own; scripts/test names each that needed it. Nothing else is ever tried twice.
 */
jest.retryTimes(1, { logErrorsBeforeRetry: true });
