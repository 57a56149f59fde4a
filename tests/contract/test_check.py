"""What the check says of single exchanges, in each encoding and direction."""

import json
from typing import Any

import pytest

from tests.contract.check import problems
from tests.contract.descriptions import SERVICES, service
from tests.contract.exchanges import Exchange, body_of, written
from tests.contract.multipart import File, text_of
from tests.contract.schemas import Checker

FORM = "application/x-www-form-urlencoded"
REFUSED = '{"error":{"type":"invalid_request_error","message":"No such price"}}'
MULTIPART = "multipart/form-data; boundary=b"
CHAT = {"id": 5, "type": "private", "first_name": "Ana"}
ANA = {"id": 5, "is_bot": False, "first_name": "Ana", "language_code": "fr"}
MESSAGE = {"message_id": 1, "date": 1, "chat": CHAT, "from": ANA, "text": "hi"}


def stripe(method: str, path: str, body: str = "", answer: str = REFUSED, status: int = 400) -> list[str]:
    path, _, query = path.partition("?")
    return problems(
        Exchange(
            service="stripe", method=method, path=path, query=query, status=status, request_content_type=FORM,
            request_body=body, response_body=answer,
        )
    )  # fmt: skip


def telegram(method: str, body: str, kind: str = "application/json", answer: Any = True) -> list[str]:
    return problems(
        Exchange(
            service="telegram", method="POST", path=f"/bot<token>/{method}", status=200, request_content_type=kind,
            request_body=body, response_body=json.dumps({"ok": True, "result": answer}),
        )
    )  # fmt: skip


def discord(path: str, body: Any, status: int = 204, answer: str = "", method: str = "POST") -> list[str]:
    return problems(
        Exchange(
            service="discord", method=method, path=f"/api/v10{path}", status=status, response_body=answer,
            request_content_type="application/json", request_body=json.dumps(body),
        )
    )  # fmt: skip


def pushed(name: str, body: Any, path: str = "/webhooks") -> list[str]:
    return problems(
        Exchange(service=name, method="POST", path=path, status=200, push=True, request_body=json.dumps(body))
    )


def test_stripe_form_is_read_by_types() -> None:
    link = "line_items[0][price]=price_1&line_items[0][quantity]=1&metadata[obole]=1"
    assert stripe("POST", "/v1/payment_links", link) == []
    assert stripe("POST", "/v1/payment_links", link.replace("=1&", "=two&")) == [
        "request: line_items[0].quantity: 'two' is not of type integer"
    ]
    assert stripe("POST", "/v1/payment_links", link + "&line_items[0][qty]=1") == [
        "request: line_items[0].qty: no such name is published"
    ]
    assert stripe("POST", "/v1/payment_links", "") == ["request: body: required 'line_items' is missing"]


def test_stripe_answer_is_checked_by_its_status() -> None:
    assert stripe("GET", "/v1/refunds/re_1", status=404) == []
    found = stripe("GET", "/v1/refunds/re_1", status=200, answer='{"id":"re_1","object":"refund","amount":"5"}')
    assert "answer: amount: '5' is not of type integer" in found
    assert "answer: body: required 'currency' is missing" in found


def test_unknown_path_is_a_problem() -> None:
    assert stripe("POST", "/v1/donations") == ["unknown path POST /v1/donations"]
    assert telegram("sendDonation", "{}") == ["unknown path POST /sendDonation"]


def test_listed_event_is_checked_by_what_it_is_about() -> None:
    charge = {"object": "charge", "id": "ch_1", "colour": 1}
    event = {"object": "event", "id": "evt_1", "created": 1, "livemode": False, "pending_webhooks": 0,
             "type": "charge.refunded", "data": {"object": charge, "previous_attributes": {"color": 2}}}  # fmt: skip
    answer = {"object": "list", "has_more": False, "url": "/v1/events", "data": [event]}
    found = stripe("GET", "/v1/events", answer=json.dumps(answer), status=200)
    assert "answer: charge.refunded: data.object.colour: no such name is published" in found
    assert "answer: charge.refunded: data.object: required 'amount' is missing" in found
    assert "answer: charge.refunded: data.previous_attributes.color: no such name is published" in found


def test_pushed_event_about_something_else_is_a_problem() -> None:
    event = {"object": "event", "id": "evt_1", "created": 1, "livemode": False, "pending_webhooks": 1,
             "type": "charge.refunded", "data": {"object": {"object": "refund"}}}  # fmt: skip
    assert any("is 'refund', not a charge" in problem for problem in pushed("stripe", event))


def test_stripe_parameters_name_what_there_is() -> None:
    path, answer = "/v1/balance_transactions", '{"object":"list","data":[],"has_more":false,"url":"/v1/x"}'
    assert stripe("GET", f"{path}?expand[0]=data.source", status=200, answer=answer) == []
    assert stripe("GET", f"{path}?expand[0]=data.sauce", status=200, answer=answer) == [
        "request: expand: data.sauce is nowhere in the answer"
    ]
    assert stripe("GET", "/v1/events?types[0]=charge.refunded", status=200, answer=answer) == []
    assert stripe("GET", "/v1/events?types[0]=charge.returned", status=200, answer=answer) == [
        "request: types: there are no events of type charge.returned"
    ]


def test_stripe_answer_expands_what_was_asked() -> None:
    found = stripe("GET", "/v1/payment_intents/pi_1?expand[0]=latest_charge", status=200,
                   answer='{"id":"pi_1","object":"payment_intent","latest_charge":"ch_1"}')  # fmt: skip
    assert "answer: latest_charge is not expanded, as was asked" in found


def test_files_are_sent_and_referred_to() -> None:
    def edit(media: str) -> list[str]:
        parts = {"chat_id": "5", "message_id": "1", "media": json.dumps({"type": "photo", "media": media})}
        return telegram("editMessageMedia", text_of({**parts, "a": File("a.png")}, "b"), MULTIPART, MESSAGE)

    assert edit("attach://a") == []
    assert "request: attach://c: there is no such part" in edit("attach://c")

    def send(number: int, shown: str) -> list[str]:
        message = {"embeds": [{"image": {"url": shown}}], "attachments": [{"id": number, "filename": "a.png"}]}
        body = text_of({"payload_json": message, "files[0]": File("a.png")}, "b")
        exchange = Exchange(service="discord", method="POST", path="/api/v10/channels/1/messages", status=500,
                            request_content_type=MULTIPART, request_body=body)  # fmt: skip
        return problems(exchange)

    assert send(0, "attachment://a.png") == []
    assert len(send(1, "attachment://a.png")) == 2  # one without its part, one without its attachment
    assert send(0, "attachment://b.png") == ["request: attachment://b.png: no such file"]


def test_telegram_takes_json_forms_and_multipart() -> None:
    markup = '{"inline_keyboard":[[{"text":"a","callback_data":"b"}]]}'
    form = f"chat_id=5&text=hi&reply_markup={markup}"
    assert telegram("sendMessage", form, FORM, MESSAGE) == []
    assert telegram("sendMessage", form.replace("callback_data", "link"), FORM, MESSAGE) == [
        "request: reply_markup.inline_keyboard[0][0].link: no such name is published"
    ]
    part = '--b\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n{}\r\n'
    photo = part.format("photo", '; filename="a.png"', "\udcff") + part.format("chat_id", "", "x y") + "--b--\r\n"
    sent = {**MESSAGE, "photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]}
    del sent["text"]
    assert [problem for problem in telegram("sendPhoto", photo, MULTIPART, sent) if "chat_id" not in problem] == []
    assert any("chat_id" in problem for problem in telegram("sendPhoto", photo, MULTIPART, sent))


def test_message_inside_a_pushed_callback_is_checked() -> None:
    callback = {"id": "7", "from": ANA, "chat_instance": "1", "data": "x", "message": MESSAGE}
    assert pushed("telegram", {"update_id": 1, "callback_query": callback}) == []
    wrong = {**callback, "message": {**MESSAGE, "text": 5}}
    assert pushed("telegram", {"update_id": 1, "callback_query": wrong}) == [
        "push: callback_query.message.text: 5 is not of type string"
    ]
    gone = {**callback, "message": {"message_id": 1, "date": 0, "chat": CHAT}}
    assert pushed("telegram", {"update_id": 1, "callback_query": gone}) == []


def test_update_is_about_one_thing() -> None:
    assert pushed("telegram", {"update_id": 1})[0].startswith("push: body: exactly one of")


def test_discord_ids_may_be_numbers_in_requests_only() -> None:
    me = {"id": "1", "type": 1, "flags": 0, "recipients": []}
    assert discord("/users/@me/channels", {"recipient_id": 12345}, 200, json.dumps(me)) == []
    assert discord("/users/@me/channels", {"recipient_id": 1}, 200, json.dumps({**me, "id": 1})) == [
        "answer: id: 1 is not of type string"
    ]


def test_discord_status_must_be_published() -> None:
    found = discord("/channels/1/typing", {}, 299)
    assert found[0].startswith("answer: status 299 is not among")


def test_discord_event_is_checked_and_must_be_described() -> None:
    assert pushed("discord", {"id": "1", "channel_id": "2"}, "MESSAGE_DELETE") == []
    assert pushed("discord", {"id": 1, "channel_id": "2"}, "MESSAGE_DELETE") == ["push: id: 1 is not of type string"]
    assert pushed("discord", {}, "TYPING_START") == ["push: EVENT TYPING_START is not described"]


def test_what_was_trimmed_says_how_to_get_it() -> None:
    checker = Checker({"a": {"type": "object", "properties": {"b": {"trimmed": True}}}})
    assert ["tests.contract.update" in str(problem) for problem in checker.problems({"b": 1}, {"$ref": "a"})] == [True]
    assert checker.problems({"b": None}, {"$ref": "a"}) == []


@pytest.mark.parametrize("body", [{"a": {"b": ["1", "2"], "c": "ü&="}}, {"a": "x"}])
def test_form_is_written_as_it_is_read(body: Any) -> None:
    exchange = Exchange(service="stripe", method="POST", path="/", status=200, request_content_type=FORM)
    text = written(exchange, body)
    assert body_of(Exchange(**{**_fields(exchange), "request_body": text})) == body


def _fields(exchange: Exchange) -> dict[str, Any]:
    return {name: getattr(exchange, name) for name in exchange.__slots__}


@pytest.mark.parametrize("name", SERVICES)
def test_each_description_names_its_source_and_date(name: str) -> None:
    known = service(name)
    assert known.source and known.date >= "2026"
