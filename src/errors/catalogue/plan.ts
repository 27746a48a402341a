import { errorRows } from './row.ts'

export const planErrors = errorRows({
  E_PLAN_FAILED: { title: 'A step of the plan failed', hint: 'See the message of the step', exit: 1, http: 500 },
  E_PLAN_EXTERNAL: {
    title: 'An external network or volume does not exist',
    hint: 'Create it first, or remove "external: true"',
    exit: 1,
    http: 404,
  },
  E_PLAN_FOREIGN: {
    title: 'A network or volume of that name belongs to something else',
    hint: 'Declare it with "external: true" to use it as it is',
    exit: 1,
    http: 409,
  },
  E_PLAN_DIVERGED: {
    title: 'A network or volume exists with another configuration',
    hint: 'Take the project down and up again to make it anew; "down -v" removes volumes with their data',
    exit: 1,
    http: 409,
  },
  E_PLAN_ORPHANS: {
    title: 'Containers of services that the model no longer holds',
    hint: 'Run with --remove-orphans to remove them',
    exit: 1,
    http: 409,
  },
  E_PLAN_SERVICE_UNKNOWN: {
    title: 'A named service does not exist',
    hint: 'List them with tsc-compose config --services',
    exit: 1,
    http: 404,
  },
  E_PLAN_SCALE: {
    title: 'A service cannot have that many containers',
    hint: 'Remove container_name or the fixed host port, or set the scale to 1',
    exit: 1,
    http: 400,
  },
  E_PLAN_PORT_TWICE: {
    title: 'Two containers publish the same host port',
    hint: 'Give one of them another host port',
    exit: 1,
    http: 409,
  },
  E_PLAN_IMAGE: {
    title: 'An image is neither there nor may it be fetched',
    hint: 'Build or pull it first, or allow it with --build or --pull',
    exit: 1,
    http: 404,
  },
  E_PLAN_FILE_OBJECT: {
    title: 'A config or secret cannot be given to a container',
    hint: 'Give it a file, content or environment that is set',
    exit: 1,
    http: 400,
  },
  E_PLAN_IGNORED: {
    title: 'An attribute has no effect',
    hint: 'Remove it, or see the support table',
    exit: 1,
    http: 400,
  },
  E_PLAN_NO_CONTAINER: {
    title: 'A service has no container',
    hint: 'Create it with tsc-compose up',
    exit: 1,
    http: 404,
  },
  E_DEPENDENCY_FAILED: {
    title: 'A service that others need did not come up',
    hint: 'Read its log with tsc-compose logs',
    exit: 1,
    http: 500,
  },
  E_WAIT_FAILED: {
    title: 'The project did not come up',
    hint: 'Read the logs with tsc-compose logs',
    exit: 1,
    http: 500,
  },
})
