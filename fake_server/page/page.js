// What the page consists of, one part after the other, and the look at the server each second.
'use strict';

const every = 1000;         // ms between two looks
const most = 200;           // requests in the list
const step = 20;            // accounts that "Show more" adds
const accountLimit = 10000;

// ---- requests ---------------------------------------------------------------------------------

const journal = {
  rows: new Map(),   // by number, oldest first
  newest: null,      // the last one as it came
  generation: 0,     // grows when the list begins anew
  paused: false,
  filter: '',
  unsaid: 0,         // new ones that the live region has not told
  loaded: false,
  said: 0,
};
const calls = new Set([
  '*', 'system.*', 'system.ping', 'system.userSearch', 'system.getNames', 'projects.*', 'org.*',
  'messages.*', 'db.userQuery', 'v1.user_search', 'v2.accounts.search', 'pieces.user_snapshot',
  '/api/conat/hub', '/api/conat/project',
]);

// A method that does not exist has no name in the journal; it is shown as it was asked for.
function callOf(request) {
  if (request.name) return request.name;
  const path = request.path.split('?')[0];
  const name = request.body?.name;
  if (path.startsWith('/api/conat/') && typeof name === 'string') return name;
  const old = /^\/api\/v1\/(\w+)$/.exec(path);
  return old ? 'v1.' + old[1] : path;
}
const isPending = (request) => request.took_ms === null;
const isSame = (a, b) => a.number === b.number && a.connection === b.connection && a.path === b.path;
const prettyBody = (body) => (typeof body === 'string' ? body : JSON.stringify(body, null, 2));

function statusCell(request) {
  const status = request.status;
  if (isPending(request)) return none('…');
  if (status == null) return make('span', {class: 'status warn'}, 'none');
  const kind = status >= 500 ? 'bad' : status >= 400 ? 'warn' : 'good';
  return make('span', {class: 'status ' + kind}, String(status));
}

function fillDetail(cell, request) {
  const facts = make('dl');
  const headers = make('dl');
  const add = (name, value, list = facts) => list.append(make('dt', null, name), make('dd', null, value));
  add('Number', String(request.number));
  add('Connection', String(request.connection));
  add('Received', iso(request.time));
  add('The clock showed', iso(request.clock));
  add('Answered', isPending(request) ? 'not yet' : 'after ' + request.took_ms + ' ms, with '
    + (request.status == null ? 'nothing' : request.status + ' and ' + plural(request.answer_bytes, 'byte', 'bytes')));
  if (request.fault) add('Fault', request.fault);
  for (const [name, value] of Object.entries(request.headers)) add(name, value, headers);
  cell.replaceChildren(facts, make('h3', null, 'Headers'), headers);
  const block = (title, value) => cell.append(make('h3', null, title), make('pre', {tabindex: 0}, prettyBody(value)));
  if (request.body !== null) block('Body', request.body);
  if (request.answer != null) block('Answer', request.answer);
}

class RequestRow {
  constructor(request) {
    this.detailCell = make('td', {colspan: 6});
    this.detail = make('tr', {class: 'detail', hidden: true, id: 'request-' + request.number}, this.detailCell);
    this.name = make('b');
    this.under = make('span', {class: 'under'});
    this.open = make('button', {
      type: 'button', class: 'open', 'aria-expanded': 'false', 'aria-controls': this.detail.id,
      click: () => this.toggle(),
    }, this.name, this.under, this.fault = make('span', {class: 'under fault narrow'}));
    this.cells = ['', 'wide', 'wide'].map((kind) => make('td', {class: 'answer ' + kind}));
    this.row = make('tr', null,
      make('td', {class: 'number wide'}, String(request.number)),
      make('td', null, this.open),
      ...this.cells,
      make('td', {class: 'number wide'}, String(request.connection)));
    this.show(request);
  }

  show(request) {
    this.request = request;
    setText(this.name, callOf(request));
    setText(this.under, request.method + ' ' + request.path);
    setText(this.fault, request.fault ?? '');
    const [status, fault, time] = this.cells;
    status.replaceChildren(statusCell(request));
    fault.replaceChildren(request.fault ? make('code', {class: 'fault'}, request.fault) : none());
    time.replaceChildren(make('time', {datetime: iso(request.time)}, timeOfDay(request.time)),
      make('span', {class: 'under'}, isPending(request) ? '' : request.took_ms + ' ms'));
    if (!this.detail.hidden) fillDetail(this.detailCell, request);
  }

  toggle() {
    this.detail.hidden = !this.detail.hidden;
    this.open.setAttribute('aria-expanded', String(!this.detail.hidden));
    this.row.classList.toggle('opened', !this.detail.hidden);
    if (!this.detail.hidden) fillDetail(this.detailCell, this.request);
  }

  remove() {
    this.row.remove();
    this.detail.remove();
  }
}

function beginRequests() {
  ++journal.generation;
  for (const row of journal.rows.values()) row.remove();
  journal.rows.clear();
  journal.newest = null;
  journal.unsaid = 0;
  journal.loaded = false;
}

function addRequest(request, isNew) {
  const known = journal.rows.get(request.number);
  if (known) {
    if (JSON.stringify(known.request) !== JSON.stringify(request)) known.show(request);
    return;
  }
  const row = new RequestRow(request);
  journal.rows.set(request.number, row);
  $('requests-rows').prepend(row.row, row.detail);
  const call = callOf(request);
  if (calls.size < 500 && !calls.has(call)) {
    calls.add(call);
    $('calls').append(make('option', {value: call}));
  }
  if (!isNew) return;
  ++journal.unsaid;
  row.row.classList.add('new');
  setTimeout(() => row.row.classList.remove('new'), 1500);
}

function trimRequests() {
  for (const [number, row] of journal.rows) {
    if (journal.rows.size <= most) break;
    // The row that somebody is in stays.
    if (row.row.contains(document.activeElement) || row.detail.contains(document.activeElement)) continue;
    row.remove();
    journal.rows.delete(number);
  }
}

function nextNumber() {
  if (!journal.newest) return null;
  // What was not answered yet is asked for again, until it is.
  for (const [number, row] of journal.rows) {
    if (isPending(row.request) && journal.newest.number - number < most / 2) return number;
  }
  return journal.newest.number;
}

async function loadRequests() {
  const mine = journal.generation;
  const from = nextNumber();
  const query = new URLSearchParams({limit: String(most)});
  if (journal.filter) query.set('call', journal.filter.replace(/\*?$/, '*'));
  // With the one before, so that a journal that began anew is noticed.
  if (from !== null) query.set('since', String(from - 1));
  const got = await ask('GET', 'requests?' + query);
  if (mine !== journal.generation) return;
  const requests = got.requests;
  const known = from !== null && journal.rows.get(from)?.request;
  const isAnother = from !== null && !(requests.length > 0 && known && isSame(requests[0], known));
  if (isAnother || (from !== null && requests.length >= most)) {
    beginRequests();
    return loadRequests();
  }
  for (const request of requests) addRequest(request, journal.loaded);
  journal.newest = requests.at(-1) ?? null;
  journal.loaded = true;
  trimRequests();
  showRequestCounts(got);
}

function showRequestCounts(got) {
  const shown = journal.rows.size;
  setText($('requests-count'), [
    shown < most ? plural(shown, 'request', 'requests') : 'the newest ' + shown,
    plural(got.connections, 'connection', 'connections'), got.open + ' open',
  ].join(' · ') + (journal.paused ? ' · paused' : ''));
  showEmpty('requests', shown > 0 ? '' : journal.filter
    ? 'No request begins with “' + journal.filter + '”. A call is written as in system.userSearch, a path as in /api/v2/.'
    : 'No requests yet. They appear here as the server receives them.');
  // Not at each look: who listens would hear nothing else.
  if (journal.unsaid > 0 && Date.now() - journal.said > 5000) {
    setText($('requests-news'), plural(journal.unsaid, 'new request', 'new requests') + ', the last is ' + callOf(journal.newest));
    journal.unsaid = 0;
    journal.said = Date.now();
  }
}

function setUpRequests() {
  for (const call of calls) $('calls').append(make('option', {value: call}));
  let timer = 0;
  const apply = () => {
    clearTimeout(timer);
    const filter = $('filter').value.trim();
    if (filter === journal.filter) return;
    journal.filter = filter;
    beginRequests();
    loadRequests().catch(() => {});
  };
  $('filter').addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(apply, 250);
  });
  $('filter').addEventListener('change', apply);
  $('filter-form').addEventListener('submit', (event) => {
    event.preventDefault();
    apply();
  });
  $('pause').addEventListener('click', () => {
    journal.paused = !journal.paused;
    setText($('pause'), journal.paused ? 'Go on' : 'Pause');
    setText($('requests-news'), journal.paused ? 'The list is paused.' : 'The list goes on.');
    look();
  });
}

// ---- faults -----------------------------------------------------------------------------------

const quoted = (text) => '"' + text.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n') + '"';
const number = (name, value, min = 0, max) => ({name, value, type: 'number', min, max});
const faultKinds = [
  {label: 'HTTP status', field: number('Status', '503', 100, 999), text: (v) => 'status=' + v},
  {label: 'Too many requests (429)', field: number('Retry-After, in seconds', '1'), text: (v) => 'status=429 header=' + quoted('Retry-After: ' + v)},
  {label: 'Error of the hub', field: {name: 'Text', value: 'Error: no'}, text: (v) => 'error=' + quoted(v)},
  {label: 'The function takes long', field: number('Milliseconds', '2000'), text: (v) => 'delay=' + v},
  {label: 'The answer comes late', field: number('Milliseconds', '2000'), text: (v) => 'stall=' + v},
  {label: 'The answer is held until released', text: () => 'hold'},
  {label: 'Closes before the answer', text: () => 'close'},
  {label: 'Closes within the answer', field: number('After so many bytes', '40'), text: (v) => 'close=' + v},
  {label: 'Resets before the answer', text: () => 'reset'},
  {label: 'Runs, then closes without an answer', text: () => 'effect close'},
  {label: 'A body that is no JSON', field: {name: 'Body', value: 'not JSON'}, text: (v) => 'body=' + quoted(v)},
  {label: 'Nobody answers the hub (no subscriber)', text: () => 'no-subscriber'},
  {label: 'The hub gives up waiting (408)', text: () => 'bridge-timeout'},
];

let faults = null;  // [{id, fault, used}]

function showFaults(list) {
  if (JSON.stringify(list) === JSON.stringify(faults)) return;
  const focused = [...$('faults-list').querySelectorAll('button')].indexOf(document.activeElement);
  faults = list;
  $('faults-list').replaceChildren(...list.map((one) => make('li', null,
    make('code', null, one.fault),
    make('button', {type: 'button', class: 'small', 'aria-label': 'Remove ' + one.fault, click: (event) => removeFault(event, one)}, 'Remove'))));
  setText($('faults-count'), list.length ? list.length + ' in force' : '');
  showEmpty('faults', list.length ? '' : 'None: every call is answered as it should be.');
  $('faults-clear').hidden = list.length < 2;
  if (focused < 0) return;
  // The button that had the focus is gone; its neighbour has it now.
  const buttons = $('faults-list').querySelectorAll('button');
  (buttons[Math.min(focused, buttons.length - 1)] ?? $('faults')).focus();
}

const loadFaults = async () => showFaults(await ask('GET', 'faults?ids=true'));

const removeFault = (event, one) => act(event.currentTarget, $('fault-error'), async () => {
  await ask('DELETE', 'faults/' + one.id);
  await loadFaults();
})(event);

function faultChosen() {
  const {field} = faultKinds[$('fault-kind').value];
  $('fault-value-label').hidden = !field;
  if (field) {
    setText($('fault-value-name'), field.name);
    const input = $('fault-value');
    input.type = field.type ?? 'text';
    input.value = field.value;
    for (const limit of ['min', 'max']) {
      if (field[limit] === undefined) input.removeAttribute(limit);
      else input.setAttribute(limit, field[limit]);
    }
  }
  writeFault();
}

function writeFault() {
  const forever = $('fault-forever').checked;
  $('fault-times').disabled = forever;
  const times = $('fault-times').value;
  const parts = [$('fault-call').value.trim(), faultKinds[$('fault-kind').value].text($('fault-value').value)];
  if (forever) parts.push('forever');
  else if (times !== '1') parts.push('times=' + times);
  $('fault-text').value = parts.join(' ');
}

function setUpFaults() {
  faultKinds.forEach((kind, at) => $('fault-kind').append(make('option', {value: at}, kind.label)));
  $('fault-kind').addEventListener('change', faultChosen);
  for (const id of ['fault-call', 'fault-value', 'fault-times', 'fault-forever']) $(id).addEventListener('input', writeFault);
  faultChosen();
  const form = $('fault-form');
  form.addEventListener('submit', act(form, $('fault-error'), async () => {
    await ask('POST', 'faults', $('fault-text').value.trim());
    await loadFaults();
  }));
  $('release').addEventListener('click', act($('release'), $('fault-error'), () => ask('POST', 'release')));
  $('faults-clear').addEventListener('click', act($('faults-clear'), $('fault-error'), async () => {
    await ask('PUT', 'faults', []);
    await loadFaults();
    $('faults').focus();
  }));
}

// ---- clock and problems -----------------------------------------------------------------------

let clock = null;

const clockText = (ms) => iso(ms).slice(0, 23).replace('T', ' ');

function showClock(got) {
  if (clock === null) $('clock-value').value = clockText(got.now).slice(0, 19);
  clock = got;
  $('clock-time').dateTime = iso(got.now);
  setText($('clock-time'), clockText(got.now));
  setText($('clock-note'), 'UTC, ' + (got.running ? 'it runs' : 'it stands still'));
  $('clock-run').hidden = false;
  setText($('clock-run'), got.running ? 'Stop it' : 'Let it run');
}

const loadClock = async () => showClock(await ask('GET', 'clock'));

function setUpClock() {
  const move = (button, what) => act(button, $('clock-error'), async () => showClock(await ask('PUT', 'clock', what())));
  for (const button of document.querySelectorAll('[data-advance]')) {
    button.addEventListener('click', move(button, () => ({advance: Number(button.dataset.advance)})));
  }
  $('clock-run').addEventListener('click', move($('clock-run'), () => ({running: !clock.running})));
  const form = $('clock-form');
  form.addEventListener('submit', move(form, () => {
    const text = $('clock-value').value.trim();
    const now = Date.parse(text.replace(' ', 'T').replace(/Z?$/, 'Z'));
    if (!/^\d{4}-\d\d-\d\d[ T]\d\d:\d\d/.test(text) || Number.isNaN(now)) {
      throw new Refusal('Write a time as in 2025-10-09 08:53:20.');
    }
    return {now};
  }));
}

async function loadProblems() {
  const {problems} = await ask('GET', 'verify');
  const items = $('problems-list').children;
  if (items.length !== problems.length || problems.some((text, i) => items[i].textContent !== text)) {
    $('problems-list').replaceChildren(...problems.map((text) => make('li', null, make('span', null, text))));
  }
  setText($('problems-count'), problems.length ? String(problems.length) : '');
  showEmpty('problems', problems.length ? '' : 'None: no fault is left over, and nothing unknown was asked for.');
}

// ---- accounts and organizations ---------------------------------------------------------------

const accounts = {all: [], shown: step};

const nameOf = (a) => [a.first_name, a.last_name].filter(Boolean).join(' ');
const isVerified = (a) => a.email_address != null && a.email_address in (a.email_address_verified ?? {});

function accountRow(a) {
  const tags = ['admin', 'partner', 'unlisted', 'banned', 'deleted'].filter((flag) => a[flag]);
  return make('tr', null,
    make('td', null, nameOf(a) || none('no name'), make('code', {class: 'under'}, a.account_id)),
    make('td', null, a.email_address ?? none(), isVerified(a) && make('span', {class: 'under'}, 'verified')),
    make('td', {class: 'wide'}, a.org ?? none()),
    make('td', null, make('span', {class: 'tags'},
      ...tags.map((tag) => make('span', {class: 'tag ' + ({banned: 'bad', deleted: 'bad', admin: 'warn'}[tag] ?? '')}, tag)))),
    make('td', {class: 'wide'}, a.last_active == null ? none() : make('time', {datetime: iso(a.last_active)}, day(a.last_active))));
}

function showAccounts() {
  const wanted = $('accounts-filter').value.trim().toLowerCase();
  const found = wanted === '' ? accounts.all : accounts.all.filter((a) =>
    [nameOf(a), a.name, a.email_address, a.org, a.account_id].some((text) => text?.toLowerCase().includes(wanted)));
  $('accounts-rows').replaceChildren(...found.slice(0, accounts.shown).map(accountRow));
  const all = (accounts.all.length === accountLimit ? 'the first ' : '') + accounts.all.length.toLocaleString('en');
  setText($('accounts-count'), wanted === '' ? all : found.length.toLocaleString('en') + ' of ' + all);
  showEmpty('accounts', found.length ? '' : wanted === '' ? 'There are no accounts.' : 'No account fits.');
  $('accounts-more').hidden = found.length <= accounts.shown;
}

function showOrganizations(list) {
  const members = new Map();
  for (const {org} of accounts.all) {
    if (org != null) members.set(org, (members.get(org) ?? 0) + 1);
  }
  // An account may name one that nobody has made.
  const known = new Set(list.map((one) => one.name));
  const all = [...list, ...[...members.keys()].filter((name) => !known.has(name)).map((name) => ({name}))];
  $('organizations-rows').replaceChildren(...all.map(({name, title}) => make('tr', null,
    make('td', null, name ?? none('no name'), title && make('span', {class: 'under'}, title)),
    make('td', {class: 'number'}, String(members.get(name) ?? 0)),
    make('td', null, make('button', {
      type: 'button', class: 'small', 'aria-label': 'Show the accounts of ' + name, click: () => findAccounts(name),
    }, 'Show accounts')))));
  $('organization-names').replaceChildren(...all.map(({name}) => make('option', {value: name})));
  setText($('organizations-count'), String(all.length));
  showEmpty('organizations', all.length ? '' : 'There are none.');
}

function findAccounts(text) {
  $('accounts-filter').value = text;
  accounts.shown = step;
  showAccounts();
  $('accounts').focus();
}

async function loadAccounts() {
  const mine = session;
  const [users, list] = await Promise.all([
    ask('GET', 'users?limit=' + accountLimit),
    ask('GET', 'organizations'),
  ]);
  if (mine !== session) return;
  accounts.all = users;
  showAccounts();
  showOrganizations(list);
}

function setUpAccounts() {
  $('accounts-form').addEventListener('submit', (event) => event.preventDefault());
  $('accounts-filter').addEventListener('input', () => {
    accounts.shown = step;
    showAccounts();
  });
  $('accounts-more').addEventListener('click', () => {
    accounts.shown += step;
    showAccounts();
  });
  $('accounts-reload').addEventListener('click', act($('accounts-reload'), $('accounts-empty'), loadAccounts));
  const form = $('account-form');
  form.addEventListener('submit', act(form, $('account-error'), async () => {
    // A field that is left empty is none, and no empty text.
    const filled = [...new FormData(form)].filter(([, value]) => value !== '');
    const {account_ids: [id]} = await ask('POST', 'accounts', Object.fromEntries(filled));
    form.reset();
    await loadAccounts();
    findAccounts(id);
  }));
}

// ---- the whole --------------------------------------------------------------------------------

async function loadRoutes() {
  const {paths} = await ask('GET', 'openapi.json');
  const rows = [];
  for (const [path, operations] of Object.entries(paths)) {
    for (const [method, {summary}] of Object.entries(operations)) {
      const isLink = method === 'get' && !path.includes('{');
      rows.push(make('tr', null,
        make('td', null, make('code', null, method.toUpperCase())),
        make('td', null, isLink ? make('a', {href: path}, make('code', null, path)) : make('code', null, path)),
        make('td', null, summary)));
    }
  }
  $('routes-rows').replaceChildren(...rows);
  showEmpty('routes', '');
}

/** Tests that share a server have a world each. */
async function loadSessions() {
  const {sessions} = await ask('GET', 'sessions');
  const select = $('session');
  const ids = ['', ...sessions.map((one) => one.id)];
  if (ids.join() !== [...select.options].map((option) => option.value).join()) {
    select.replaceChildren(...ids.map((id) => make('option', {value: id}, id === '' ? 'common' : id)));
    select.value = session;
  }
  $('session-label').hidden = sessions.length === 0;
  if (ids.includes(session)) return;
  enterSession('');
  await loadAccounts();
}

function enterSession(id) {
  session = id;
  $('session').value = id;
  journal.paused = false;
  setText($('pause'), 'Pause');
  beginRequests();
  clock = null;
}

const state = {isOn: null, since: null, timer: 0, isLooking: false};

/** @param error why it is off; null: it is on */
function setOn(error) {
  const isOn = error === null;
  if (isOn) state.since = Date.now();
  if (state.isOn === isOn) return;
  state.isOn = isOn;
  $('state').dataset.state = isOn ? 'on' : 'off';
  setText($('state'), isOn ? 'Connected' : error instanceof Refusal ? 'Refused' : 'No answer');
  const why = error instanceof Refusal ? error.message : 'The server does not answer; it is asked again every second.';
  say($('gone'), isOn ? '' : why + (state.since
    ? ' What is shown here is from ' + new Date(state.since).toLocaleTimeString('en-GB') + '.' : ''));
}

const loadChanging = () => Promise.all([loadFaults(), loadClock(), loadProblems(), journal.paused || loadRequests()]);

/** One look at all that changes, and the next one a second later. */
async function look() {
  if (state.isLooking) return;
  state.isLooking = true;
  clearTimeout(state.timer);
  try {
    if (!state.isOn) {
      // It may be another server than before.
      await loadRoutes();
      await loadSessions();
      await loadAccounts();
    }
    await loadSessions();
    await loadChanging();
    setOn(null);
  } catch (error) {
    setOn(error);
  } finally {
    state.isLooking = false;
  }
  if (!document.hidden) state.timer = setTimeout(look, every);
}

function setUpWhole() {
  const reload = () => Promise.all([loadChanging(), loadAccounts()]);
  const dialog = $('reset-dialog');
  $('reset').addEventListener('click', () => dialog.showModal());
  $('reset-no').addEventListener('click', () => dialog.close());
  $('reset-yes').addEventListener('click', act($('reset-yes'), null, async () => {
    dialog.close();
    await ask('POST', 'reset');
    enterSession(session);
    await reload();
  }));
  $('session').addEventListener('change', () => {
    enterSession($('session').value);
    reload().catch(() => {});  // the next look tells
  });
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) look();
  });
}

setUpRequests();
setUpFaults();
setUpClock();
setUpAccounts();
setUpWhole();
look();
