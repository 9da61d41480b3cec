"""moto's server, as strict as AWS where moto is not, and failing on demand. Started by moto.rs.

Every request is authenticated, and refusals have the form that AWS gives them. Beyond moto:
 * a policy that names users is about those alone
 * an inactive key is refused, and its last use stays what it was
 * with a delay, a key is refused until it is that old (IAM takes seconds to tell everybody)
 * a request signed at another time than ours is refused; `ahead` moves our clock
 * faults: see `answer`

It prints `LISTEN port`, and ends when its standard input does.
POST /_test takes a JSON object of orders (see `ORDERS`), and answers with all users, their keys and the calls so far.
"""

import email.utils
import io
import json
import os
import re
import sys
import threading
import time
from datetime import datetime, timedelta, timezone

import moto.iam.access_control as access
import moto.settings
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.utils import utcnow
from moto.ecr.models import ecr_backends
from moto.iam.models import AccessKeyLastUsed, iam_backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from moto.s3.models import s3_backends
from werkzeug.serving import make_server

moto.settings.INITIAL_NO_AUTH_ACTION_COUNT = 0
IAM = iam_backends[DEFAULT_ACCOUNT_ID]["aws"]
LOCK = threading.Lock()
STATE = {"delay": 0, "ahead": 0}
CALLS, FAULTS = [], []

# As AWS does: what was signed more than this ago, or ahead, is refused.
SKEW = 300
# Keys made by an order are older than any delay.
AN_HOUR = timedelta(hours=1)


def key_of(key_id):
    return IAM.access_keys.get(key_id)


as_moto_does = access.IAMUserAccessKey.__init__


def strictly(self, account_id, partition, access_key_id, headers):
    as_moto_does(self, account_id, partition, access_key_id, headers)
    key = key_of(access_key_id)
    young = utcnow() - key.create_date < timedelta(seconds=STATE["delay"])
    if key.status != "Active" or young:
        raise access.CreateAccessKeyFailure(reason="InvalidId")


access.IAMUserAccessKey.__init__ = strictly
permitted_for_all = access.IAMRequest.check_action_permitted


def first(value):
    return value[0] if isinstance(value, list) else value


def permitted_for_user(self, resource):
    """Actions on access keys are about a user; moto takes every resource for `*`."""
    name = first(self._data.get("UserName"))
    key = key_of(first(self._data.get("AccessKeyId")))
    if self._service == "iam" and (name or key):
        name = name or key.user_name
        user = IAM.users.get(name)
        resource = user.arn if user else f"arn:aws:iam::{DEFAULT_ACCOUNT_ID}:user/{name}"
    permitted_for_all(self, resource)


access.IAMRequest.check_action_permitted = permitted_for_user


def make_user(order):
    name = order["name"]
    IAM.create_user("us-east-1", name, order.get("path", "/"))
    for number, policy in enumerate(order.get("policies", [])):
        IAM.put_user_policy(name, f"policy-{number}", json.dumps(policy))


def make_key(user):
    key = IAM.create_access_key(user)
    key.create_date = key.create_date - AN_HOUR
    return {"id": key.access_key_id, "secret": key.secret_access_key}


def change_key(order):
    key = key_of(order["id"])
    if "status" in order:
        key.status = order["status"]
    if "created" in order:
        key.create_date = datetime.fromtimestamp(order["created"], timezone.utc).replace(tzinfo=None)
    if "used" in order:
        at = datetime.fromtimestamp(order["used"], timezone.utc).replace(tzinfo=None)
        key.last_used = AccessKeyLastUsed(at, order.get("service", "s3"), "us-east-1")


def make_bucket(name):
    s3_backends[DEFAULT_ACCOUNT_ID]["aws"].create_bucket(name, "us-east-1")


def make_repository(name):
    ecr_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].create_repository(name, None, None, None, "MUTABLE", [])


def clear(_):
    FAULTS.clear()
    CALLS.clear()


ORDERS = {
    "user": make_user,  # {"name", "path"?, "policies"?}
    "key": make_key,  # the user's name; answers {"id", "secret"}
    "change_key": change_key,  # {"id", "status"?, "created"?, "used"?}; times in seconds since 1970
    "bucket": make_bucket,  # its name
    "repository": make_repository,  # its name
    "fault": FAULTS.append,  # {"action", "mode", "times", …}; see `answer`
    "delay": lambda seconds: STATE.update(delay=seconds),
    "ahead": lambda seconds: STATE.update(ahead=seconds),
    "clear": clear,  # forget faults and calls
}


def unix(at):
    return int(at.replace(tzinfo=timezone.utc).timestamp())


def shown(key):
    return {
        "id": key.access_key_id,
        "secret": key.secret_access_key,
        "status": key.status,
        "created": unix(key.create_date),
        "used": unix(key.last_used.timestamp) if key.last_used else None,
    }


def obey(orders):
    made = None
    for name, argument in orders.items():
        made = ORDERS[name](argument) or made
    users = {name: [shown(key) for key in user.access_keys] for name, user in IAM.users.items()}
    return {"made": made, "users": users, "calls": CALLS}


# What the query protocol calls one thing, the JSON protocol calls another.
IN_JSON = {
    "AccessDenied": "AccessDeniedException",
    "InvalidClientTokenId": "UnrecognizedClientException",
    "SignatureDoesNotMatch": "InvalidSignatureException",
    "Throttling": "ThrottlingException",
}
# How moto refuses a caller, whatever the protocol.
REFUSAL = re.compile(rb"<ErrorResponse><Errors><Error><Code>(.*?)</Code><Message>(.*?)</Message>", re.DOTALL)


class Call:
    """What a request asks for, and who asks."""

    def __init__(self, environ):
        length = int(environ.get("CONTENT_LENGTH") or 0)
        self.body = environ["wsgi.input"].read(length) if length else b""
        environ["wsgi.input"] = io.BytesIO(self.body)
        self.environ = environ
        credential = environ.get("HTTP_AUTHORIZATION", "").partition("Credential=")[2].split(",")[0]
        scope = credential.split("/")
        self.key = scope[0]
        self.service = scope[3] if len(scope) > 3 else ""
        target = environ.get("HTTP_X_AMZ_TARGET", "")
        self.is_json = bool(target)
        if target:
            self.action = target.split(".")[-1]
        elif b"Action=" in self.body:
            self.action = self.body.split(b"Action=", 1)[1].split(b"&", 1)[0].decode()
        else:
            self.action = f"{self.service}:{environ['REQUEST_METHOD']}"

    def error(self, start, status, code, message):
        if self.is_json:
            status, code = 400 if status < 500 else status, IN_JSON.get(code, code)
            body = json.dumps({"__type": f"com.amazonaws#{code}", "message": message}).encode()
        else:
            parts = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
            body = f"<ErrorResponse>{parts}<RequestId>from-moto-py</RequestId></ErrorResponse>".encode()
        start(f"{status} Error", [("Content-Length", str(len(body))), ("x-amzn-RequestId", "from-moto-py")])
        return [body]

    def drop(self):
        """Closes the connection without a word."""
        self.environ["werkzeug.socket"].shutdown(2)
        return [b""]


def fault_for(action):
    with LOCK:
        for fault in FAULTS:
            if fault["action"] in (action, "*") and fault.setdefault("times", 1) > 0:
                fault["times"] -= 1
                return fault
    return None


def skewed(call, start):
    signed = call.environ.get("HTTP_X_AMZ_DATE")
    if not signed:
        return None
    at = datetime.strptime(signed, "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc).timestamp()
    ours = time.time() + STATE["ahead"]
    if abs(ours - at) <= SKEW:
        return None
    if call.service == "s3":
        message = "The difference between the request time and the current time is too large."
        return call.error(start, 403, "RequestTimeTooSkewed", message)
    here = datetime.fromtimestamp(ours, timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    old = f"Signature expired: {signed} is now earlier than {here} (5 min.)"
    new = f"Signature not yet current: {signed} is still later than {here} (5 min.)"
    return call.error(start, 403, "SignatureDoesNotMatch", old if ours > at else new)


def done(app, call):
    """Lets moto do it; returns status, headers and body instead of sending them."""
    sent = []

    def start(status, headers, *_):
        sent[:] = [status, headers]

    body = b"".join(app(call.environ, start))
    refusal = REFUSAL.search(body)
    if refusal:
        code, message = (text.decode() for text in refusal.groups())
        body = b"".join(call.error(start, int(sent[0].split()[0]), code, message))
    return sent[0], sent[1], body


def answer(fault, app, call, start):
    """Answers as moto does, or fails; modes ending in _after do first what was asked."""
    mode = fault["mode"] if fault else None
    if mode == "throttle":
        return call.error(start, 400, "Throttling", "Rate exceeded")
    if mode == "before500":
        return call.error(start, 500, "InternalFailure", "an internal failure")
    if mode == "error":
        return call.error(start, fault["status"], fault["code"], fault.get("message", ""))
    if mode == "drop_before":
        return call.drop()
    status, headers, body = done(app, call)
    if mode in (None, "slow_after"):
        time.sleep(fault["secs"] if fault else 0)
        start(status, headers)
        return [body]
    if mode == "after500":
        return call.error(start, 500, "ServiceFailure", "an internal failure")
    if mode == "drop_after":
        return call.drop()
    if mode == "garbled_after":
        # Half of the answer under the name of the whole: the connection breaks in the middle.
        start(status, headers)
        return Half(body, call)
    raise ValueError(mode)


class Half:
    def __init__(self, body, call):
        self.body, self.call = body, call

    def __iter__(self):
        yield self.body[: len(self.body) // 2]
        self.call.drop()


def application(environ, start, app=DomainDispatcherApplication(create_backend_app)):
    call = Call(environ)
    if environ["PATH_INFO"] == "/_test":
        body = json.dumps(obey(json.loads(call.body or b"{}"))).encode()
        start("200 OK", [("Content-Length", str(len(body)))])
        return [body]
    CALLS.append({"action": call.action, "key": call.key})
    fault = fault_for(call.action)
    refused = skewed(call, start)
    if refused:
        return refused
    key = key_of(call.key)
    inactive = key is not None and key.status != "Active"
    used = key.last_used if key else None
    try:
        return answer(fault, app, call, start)
    finally:
        if inactive:
            key.last_used = used


class Handler(MotoRequestHandler):
    def date_time_string(self, timestamp=None):
        return email.utils.formatdate(time.time() + STATE["ahead"], usegmt=True)

    def log_request(self, *_):
        pass


def end_with_standard_input():
    sys.stdin.buffer.read()
    os._exit(0)


def main():
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=Handler)
    print("LISTEN", server.server_port, flush=True)
    threading.Thread(target=end_with_standard_input, daemon=True).start()
    server.serve_forever()


main()
