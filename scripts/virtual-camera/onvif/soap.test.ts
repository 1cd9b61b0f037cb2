import { expect, test } from '@jest/globals';
import { readSoap, SoapFault, textOf } from './soap.ts';
import { element } from './xml.ts';

const soap = (body: string, header = '') =>
  `<?xml version="1.0"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope">${header}<s:Body>${body}</s:Body></s:Envelope>`;

test('reads the operation, its text and the login', () => {
  const type =
    'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest';
  const security = `<w:Security><w:UsernameToken><w:Username>a&amp;b</w:Username><w:Password Type="${type}">cA==</w:Password><w:Nonce>bg==</w:Nonce><u:Created>2026-01-01T00:00:00Z</u:Created></w:UsernameToken></w:Security>`;
  const body = '<GetStreamUri xmlns="x"><ProfileToken>main</ProfileToken></GetStreamUri>';
  const request = readSoap(soap(body, `<s:Header>${security}</s:Header>`));
  expect(request.operation).toBe('GetStreamUri');
  expect(textOf(request.body, 'ProfileToken')).toBe('main');
  expect(request.token).toEqual({
    username: 'a&b',
    password: 'cA==',
    isDigest: true,
    nonceBase64: 'bg==',
    created: '2026-01-01T00:00:00Z',
  });
});

test.each([
  ['a document type', '<!DOCTYPE x [<!ENTITY a "b">]><s:Envelope/>'],
  ['no XML', 'hello'],
  ['a torn document', '<s:Envelope><s:Body><a>'],
  ['an empty body', soap('')],
  ['no body', '<s:Envelope/>'],
])('refuses %s', (_, text) => {
  expect(() => readSoap(text)).toThrow(SoapFault);
});

test('text and attributes are escaped', () => {
  expect(element('a', { b: `"<` }, `x<&'`).source).toBe('<a b="&quot;&lt;">x&lt;&amp;&apos;</a>');
});
