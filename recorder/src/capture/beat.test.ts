import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Beat } from './beat.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

describe('Beat', () => {
  it('calls everybody in the same turn, by one timer', () => {
    const beat = new Beat(100);
    const called: string[] = [];
    beat.each(() => void called.push('a'));
    jest.advanceTimersByTime(60);
    beat.each(() => void called.push('b'));
    expect(jest.getTimerCount()).toBe(1);
    jest.advanceTimersByTime(40);
    expect(called).toEqual(['a', 'b']);
    jest.advanceTimersByTime(200);
    expect(called).toHaveLength(6);
  });

  it('runs only while somebody listens, and again for the next', () => {
    const beat = new Beat(100);
    const called: string[] = [];
    const end = beat.each(() => void called.push('a'));
    end();
    end();
    expect(jest.getTimerCount()).toBe(0);
    beat.each(() => void called.push('b'));
    jest.advanceTimersByTime(100);
    expect(called).toEqual(['b']);
  });

  it('lets a listener end itself', () => {
    const beat = new Beat(100);
    const called: string[] = [];
    const end = beat.each(() => {
      called.push('once');
      end();
    });
    jest.advanceTimersByTime(500);
    expect(called).toEqual(['once']);
  });
});
