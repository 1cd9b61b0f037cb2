import { execFileSync, spawn } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

/*
 * The real scripts in the real bash, on a PATH that holds nothing but what they need and what a test puts there: what
 * this machine has installed, and who runs the tests, decides nothing.
 */
const tools = ['bash', 'cat', 'dirname', 'env', 'mktemp', 'node', 'rm', 'sed', 'sort', 'tail'];
const whereIs = new Map(
  tools.map((tool) => [
    tool,
    tool === 'node' ? process.execPath : execFileSync('which', [tool], { encoding: 'utf8' }).trim(),
  ]),
);
const scripts = import.meta.dirname;
let directory: string;
let path: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'install-system-packages-'));
  path = join(directory, 'path');
  await mkdir(path);
  for (const [tool, file] of whereIs) await symlink(file, join(path, tool));
  // Nobody waits for an attempt after the next.
  await program('sleep', 'exit 0');
});
afterEach(() => rm(directory, { recursive: true }));

/** An executable first and alone on the PATH. */
async function program(name: string, body: string): Promise<void> {
  const file = join(path, name);
  await rm(file, { force: true });
  await writeFile(file, `#!/usr/bin/env bash\n${body}\n`);
  await chmod(file, 0o755);
}

/** Who runs the script, and whether sudo lets him without a password. */
async function runAs(
  who: 'root' | 'person with sudo' | 'person without' | 'person sudo asks',
): Promise<void> {
  await program('id', `[ "$*" = -u ] && echo ${who === 'root' ? 0 : 1000}`);
  if (who === 'person with sudo') {
    await program('sudo', `if [ "$*" = "-n true" ]; then exit 0; fi\nAS_ROOT=sudo exec "$@"`);
  }
  if (who === 'person sudo asks') await program('sudo', 'echo "a password is required" >&2; exit 1');
}

/** An apt-get that notes each call, and by whom, and ends with these exit codes; the last one for ever. */
async function aptGet(...exitCodes: readonly number[]): Promise<void> {
  await program(
    'apt-get',
    [
      `log='${join(directory, 'apt-get')}'`,
      'echo "${AS_ROOT:-itself} $DEBIAN_FRONTEND: $*" >>"$log"',
      `codes=(${exitCodes.join(' ')}) calls=0`,
      'while read -r _; do calls=$((calls + 1)); done <"$log"',
      `[ $calls -gt ${exitCodes.length} ] && calls=${exitCodes.length}`,
      'echo "apt-get says no" >&2',
      'exit "${codes[calls - 1]}"',
    ].join('\n'),
  );
}

async function aptCalls(): Promise<string[]> {
  const said = await readFile(join(directory, 'apt-get'), 'utf8').catch(() => '');
  return said.split('\n').filter((line) => line !== '');
}

async function run(file: string, ...args: readonly string[]) {
  const child = spawn(whereIs.get('bash') ?? '', [file, ...args], {
    cwd: directory,
    env: { PATH: path, TMPDIR: directory },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { exitCode: await exited, stdout, stderr };
}
const install = (...args: readonly string[]) => run(join(scripts, 'install-system-packages'), ...args);

const missing = [
  'there-is-none:second',
  'file:/there/is/none:first',
  'neither-is-this:second',
  'cat:coreutils',
];
const command = 'apt-get install -y --no-install-recommends first second';

describe('install-system-packages', () => {
  test('says and does nothing when all is there', async () => {
    await runAs('person without');
    await aptGet(0);
    for (const flags of [[], ['--no-install']]) {
      const ran = await install(...flags, 'cat:coreutils', `file:${path}:some-package`);
      expect(ran).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    }
    expect(await aptCalls()).toEqual([]);
  });

  test.each([
    ['root', 'itself'],
    ['person with sudo', 'sudo'],
  ] as const)('as %s installs what is missing, each once, and says what', async (who, by) => {
    await runAs(who);
    await aptGet(0);
    const ran = await install(...missing);
    expect(ran).toEqual({ exitCode: 0, stdout: '', stderr: 'Installing with apt: first second\n' });
    expect(await aptCalls()).toEqual([
      `${by} noninteractive: update -qq`,
      `${by} noninteractive: ${command.replace('apt-get ', '')}`,
    ]);
  });

  test.each(['person without', 'person sudo asks'] as const)(
    'as %s, with nobody at a terminal, says exactly what to have installed',
    async (who) => {
      await runAs(who);
      await aptGet(0);
      const { exitCode, stderr } = await install(...missing);
      expect(stderr).toBe(
        'These system packages are missing and this user may not install them: first second. ' +
          `Ask an administrator to run: ${command}\n`,
      );
      expect(exitCode).toBe(2);
      expect(await aptCalls()).toEqual([]);
    },
  );

  test.each([
    ['told not to install', ['--no-install'], true],
    ['on a system without apt', [], false],
  ])('%s, says which packages Debian calls for', async (_when, flags, hasApt) => {
    await runAs('root');
    if (hasApt) await aptGet(0);
    const { exitCode, stderr } = await install(...flags, ...missing);
    expect(stderr).toBe(
      `These system packages are missing: first second. On Debian or Ubuntu: sudo ${command}\n`,
    );
    expect(exitCode).toBe(2);
    expect(await aptCalls()).toEqual([]);
  });

  test('tries again when apt fails, and in the end tells its last words', async () => {
    await runAs('root');
    // A mirror that does not answer at first, then all is well.
    await aptGet(100, 0, 0);
    expect((await install(...missing)).exitCode).toBe(0);
    expect(await aptCalls()).toHaveLength(3);
    await aptGet(100);
    const { exitCode, stderr } = await install(...missing);
    expect(stderr).toMatch(/apt could not install them; its last words:\napt-get says no\n$/);
    expect(exitCode).toBe(2);
  });

  test.each([
    ['none', 'exit 127', /^Node\.js is missing: install Node\.js 20\.19 or newer/],
    [
      'an old one',
      '[ "$1" = --version ] && echo v18.19.0 && exit; exit 1',
      /^Node\.js v18\.19\.0 is too old/,
    ],
  ])('asks for Node.js where there is %s', async (_which, node, sentence) => {
    await program('node', node);
    const { exitCode, stderr } = await install(...missing);
    expect(stderr).toMatch(sentence);
    expect(exitCode).toBe(2);
  });
});

describe('demo', () => {
  /** The real script beside an installer of node packages and a demo that only say that they were called. */
  async function demoScript(): Promise<string> {
    const root = join(directory, 'root');
    await mkdir(join(root, 'scripts'), { recursive: true });
    await mkdir(join(root, 'dist/scripts/demo-system'), { recursive: true });
    for (const name of ['demo', 'install-system-packages']) {
      await copyFile(join(scripts, name), join(root, 'scripts', name));
    }
    const packages = join(root, 'scripts/install-node-packages');
    await writeFile(packages, '#!/usr/bin/env bash\necho packages\n');
    await chmod(packages, 0o755);
    const main = join(root, 'dist/scripts/demo-system/main.js');
    await writeFile(main, 'console.log(JSON.stringify(process.argv.slice(2)));\n');
    return join(root, 'scripts/demo');
  }
  const needs = ['ffmpeg', 'ffprobe', 'espeak-ng', 'setpriv', 'make', 'g++', 'python3'];

  test('--no-install on a bare machine: names every package, builds nothing, starts nothing', async () => {
    await runAs('root');
    await aptGet(0);
    const { exitCode, stdout, stderr } = await run(await demoScript(), '--no-install');
    const packages =
      /missing: (.*)\. On Debian or Ubuntu: sudo apt-get install .* --no-install-recommends \1\n$/;
    const named = packages.exec(stderr)?.[1]?.split(' ');
    expect(named).toEqual(
      expect.arrayContaining(['espeak-ng', 'ffmpeg', 'g++', 'make', 'python3', 'util-linux']),
    );
    expect({ exitCode, stdout, calls: await aptCalls() }).toEqual({ exitCode: 2, stdout: '', calls: [] });
  });

  test('where all is there, hands its other arguments on with the folder it was called from', async () => {
    await runAs('person without');
    for (const need of needs) await program(need, 'exit 0');
    const script = await demoScript();
    // The footage is looked for at its absolute place, which may be on this machine or not.
    const said = await readFile(script, 'utf8');
    await writeFile(script, said.replace(/file:\/usr\/share\/[^:]*/, `file:${path}`));
    const ran = await run(script, '--port', '0', '--no-install', '--cameras', '2');
    expect(ran).toEqual({
      exitCode: 0,
      stdout: `packages\n${JSON.stringify(['--called-from', directory, '--port', '0', '--cameras', '2'])}\n`,
      stderr: '',
    });
  });
});
