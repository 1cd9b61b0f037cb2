export const en = {
  title: 'Sign in',
  lead: 'Watching the counters where citizens are served: all recorded, nothing hidden, every look written down.',
  username: 'User name',
  password: 'Password',
  submit: 'Sign in',
  wait: 'Too many attempts. You can try again in {{seconds}} seconds.',
  'fill-in': 'Enter your user name and password.',
  recorded: 'Signing in and every look are written to a record that cannot be erased.',
} as const;
