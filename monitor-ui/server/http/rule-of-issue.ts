import { inputRules, type InputRule } from '@minhbach/shared/protocol';
import type { z } from 'zod';
import type { InputFault } from '../problem/index.ts';

const ruleOfSentence: ReadonlyMap<string, InputRule> = new Map(
  (Object.keys(inputRules) as InputRule[]).map((rule) => [inputRules[rule], rule]),
);

/** What a schema found wrong, as a rule that pages say in their language. */
export function ruleOf(issue: z.core.$ZodIssue): Pick<InputFault, 'rule' | 'params'> {
  const said = ruleOfSentence.get(issue.message);
  if (said !== undefined) return { rule: said };
  switch (issue.code) {
    case 'invalid_type':
      return issue.message.endsWith('received undefined')
        ? { rule: 'needed' }
        : { rule: 'other-kind', params: { expected: issue.expected } };
    case 'invalid_value':
      return { rule: 'one-of', params: { values: issue.values.map(String).join(', ') } };
    case 'too_small':
      return limit(issue.origin, 'least', Number(issue.minimum) + (issue.inclusive === false ? 1 : 0));
    case 'too_big':
      return limit(issue.origin, 'most', Number(issue.maximum) - (issue.inclusive === false ? 1 : 0));
    default:
      return { rule: 'other-form' };
  }
}

function limit(origin: string, end: 'least' | 'most', count: number): Pick<InputFault, 'rule' | 'params'> {
  const what =
    origin === 'string' ? 'characters' : origin === 'array' || origin === 'set' ? 'items' : 'number';
  return { rule: `${what}-at-${end}`, params: { count } };
}
