import { errorRows } from './row.ts'

export const apiErrors = errorRows({
  E_API_BAD_REQUEST: {
    title: 'A request to the engine is malformed',
    hint: 'Compare with the Engine API reference',
    exit: 1,
    http: 400,
  },
  E_API_BAD_ADDRESS: {
    title: 'The address of an engine cannot be read',
    hint: 'Write unix:///path/to/engine.sock or tcp://HOST:PORT',
    exit: 1,
    http: 400,
  },
  E_API_NO_ROUTE: {
    title: 'The engine has no such endpoint',
    hint: 'The built-in engine does not offer this operation; another Docker engine may',
    exit: 1,
    http: 404,
  },
  E_API_NO_SWARM: {
    title: 'The engine is no swarm manager',
    hint: 'Point --host at a Docker engine in swarm mode',
    exit: 1,
    http: 503,
  },
  E_API_UNSUPPORTED: {
    title: 'The engine does not offer what the request asks for',
    hint: 'Leave the option out, or use another Docker engine',
    exit: 1,
    http: 501,
  },
  E_API_LISTEN: {
    title: 'The engine cannot listen on its address',
    hint: 'Choose another one with --host, or end what holds it',
    exit: 1,
    http: 500,
  },
  E_API_UNREACHABLE: {
    title: 'The engine does not answer',
    hint: 'Start it with tsc-engine serve',
    exit: 1,
    http: 502,
  },
  E_API_FAILED: { title: 'The engine refused or failed a request', hint: 'See the message', exit: 1, http: 500 },
})
