"""Reads a discovery message as Home Assistant would, and renders its templates; shares no code with what wrote it.

Written from published facts, with voluptuous, which Home Assistant used for this up to 2026, and with Jinja, which it uses for
templates: home-assistant/core, components/mqtt/{schemas,sensor,binary_sensor,button,discovery}.py, components/sensor/const.py,
const.py. Home Assistant itself is not run: it is in no Debian package.

Input on stdin: {"topic", "message", "cases": [{"name", "payloads": {topic: text}}]}. Output: one JSON line with what is wrong
with the message, the states that each case gives, and which deliberate mistakes were not seen.
"""
import copy
import json
import re
import sys

import jinja2
import voluptuous as vol

PREVENT = vol.PREVENT_EXTRA
# components/sensor/const.py, DEVICE_CLASS_UNITS, with the units of const.py
UNITS = {
    "current": {"A", "mA"},
    "voltage": {"V", "mV", "µV", "kV", "MV"},
    "temperature": {"°C", "°F", "K"},
    "duration": {"d", "h", "min", "s", "ms", "μs"},
    "volume_flow_rate": {"m³/h", "m³/min", "m³/s", "ft³/min", "L/h", "L/min", "L/s", "gal/h", "gal/min", "gal/d", "mL/s"},
    "gas": {"m³", "ft³", "CCF", "L", "MCF"},
    "power": {"mW", "W", "kW", "MW", "GW", "TW", "BTU/h"},
    "carbon_monoxide": {"ppm", "ppb", "mg/m³", "µg/m³"},
    "volatile_organic_compounds_parts": {"ppm", "ppb"},
}
BINARY_CLASSES = {"running", "problem", "gas", "safety", "power", "connectivity", "heat", "cold", "lock"}
LONGEST_STATE = 255


def text(value):
    if not isinstance(value, str) or value == "":
        raise vol.Invalid("no text")
    return value


def subscribed(value):
    """util.py, valid_subscribe_topic: wildcards stand alone between slashes."""
    text(value)
    if len(value.encode()) > 65535 or "\0" in value:
        raise vol.Invalid("no topic")
    for index, part in enumerate(value.split("/")):
        if "+" in part and part != "+":
            raise vol.Invalid("a + within a level")
        if "#" in part and (part != "#" or index != value.count("/")):
            raise vol.Invalid("a # that does not end the topic")
    return value


def published(value):
    subscribed(value)
    if "+" in value or "#" in value:
        raise vol.Invalid("a wildcard in a topic to publish to")
    return value


def template(value):
    try:
        jinja2.Environment().parse(text(value))
    except jinja2.TemplateSyntaxError as error:
        raise vol.Invalid(f"no template: {error}") from error
    return value


def icon(value):
    if ":" not in text(value):
        raise vol.Invalid("an icon is prefix:name")
    return value


def entity_of(domain):
    def check(value):
        if not re.fullmatch(rf"{domain}\.[a-z0-9]+(_[a-z0-9]+)*", text(value)):
            raise vol.Invalid(f"would become another name in {domain}")
        return value

    return check


def common(domain):
    return {
        vol.Required("platform"): domain,
        vol.Required("unique_id"): text,
        vol.Required("name"): text,
        vol.Required("default_entity_id"): entity_of(domain),
        vol.Optional("icon"): icon,
        vol.Optional("entity_category"): vol.In(["config", "diagnostic"]),
        vol.Optional("enabled_by_default"): bool,
        vol.Optional("json_attributes_topic"): subscribed,
        vol.Optional("json_attributes_template"): template,
        vol.Optional("availability_topic"): subscribed,
        vol.Optional("qos"): vol.All(int, vol.In([0, 1, 2])),
    }


def sensor_rules(config):
    kind, unit, options = (config.get(key) for key in ("device_class", "unit_of_measurement", "options"))
    if kind == "enum":
        if unit is not None or config.get("state_class") is not None or options is None:
            raise vol.Invalid("a list of words has options, and neither unit nor state class")
    elif options is not None:
        raise vol.Invalid("options without the class enum")
    elif kind is not None and unit not in UNITS[kind]:
        raise vol.Invalid(f"{unit} is no unit of {kind}")
    return config


SENSOR = vol.All(
    vol.Schema(
        {
            **common("sensor"),
            vol.Required("state_topic"): subscribed,
            vol.Optional("value_template"): template,
            vol.Optional("device_class"): vol.In([*UNITS, "enum"]),
            vol.Optional("unit_of_measurement"): text,
            vol.Optional("state_class"): vol.In(["measurement", "total", "total_increasing"]),
            vol.Optional("options"): [text],
            vol.Optional("suggested_display_precision"): vol.All(int, vol.Range(min=0)),
            vol.Optional("expire_after"): vol.All(int, vol.Range(min=1)),
            vol.Optional("force_update"): bool,
        },
        extra=PREVENT,
    ),
    sensor_rules,
)
BINARY_SENSOR = vol.Schema(
    {
        **common("binary_sensor"),
        vol.Required("state_topic"): subscribed,
        vol.Optional("value_template"): template,
        vol.Optional("device_class"): vol.In(sorted(BINARY_CLASSES)),
        vol.Optional("payload_on"): text,
        vol.Optional("payload_off"): text,
        vol.Optional("expire_after"): vol.All(int, vol.Range(min=1)),
    },
    extra=PREVENT,
)
BUTTON = vol.Schema(
    {
        **common("button"),
        vol.Required("command_topic"): published,
        vol.Optional("payload_press"): text,
        vol.Optional("retain"): bool,
        vol.Optional("device_class"): vol.In(["identify", "restart", "update"]),
    },
    extra=PREVENT,
)
PLATFORMS = {"sensor": SENSOR, "binary_sensor": BINARY_SENSOR, "button": BUTTON}


def component(config):
    platform = config.get("platform") if isinstance(config, dict) else None
    if platform not in PLATFORMS:
        raise vol.Invalid(f"{platform} is none of the platforms that are expected here")
    return PLATFORMS[platform](config)


def one_of_a_kind(message):
    for key in ("unique_id", "default_entity_id"):
        seen = [config[key] for config in message["components"].values()]
        if len(set(seen)) != len(seen):
            raise vol.Invalid(f"two components of one {key}")
    return message


def identified(device):
    if not device.get("identifiers") and not device.get("connections"):
        raise vol.Invalid("a device that nothing identifies")
    return device


DEVICE = vol.All(
    vol.Schema(
        {
            vol.Optional("identifiers"): [text],
            vol.Optional("connections"): [vol.All([text], vol.Length(2, 2))],
            **{
                vol.Optional(key): text
                for key in ("name", "manufacturer", "model", "model_id", "hw_version", "sw_version", "serial_number")
            },
        },
        extra=PREVENT,
    ),
    identified,
)
MESSAGE = vol.All(
    vol.Schema(
        {
            vol.Required("device"): DEVICE,
            vol.Required("origin"): {vol.Required("name"): text, vol.Optional("sw_version"): text},
            vol.Required("components"): {text: component},
            vol.Optional("availability_topic"): subscribed,
            vol.Optional("payload_available"): text,
            vol.Optional("payload_not_available"): text,
            vol.Optional("qos"): vol.All(int, vol.In([0, 1, 2])),
        },
        extra=PREVENT,
    ),
    one_of_a_kind,
)
TOPIC = re.compile(r"homeassistant/device/(?:[a-zA-Z0-9_-]+/)?[a-zA-Z0-9_-]+/config")

JINJA = jinja2.Environment()


def render(source, payload):
    """helpers/template.py, async_render_with_possible_json_value: value_json is there when the payload is JSON."""
    known = {"value": payload}
    try:
        known["value_json"] = json.loads(payload)
    except ValueError:
        pass
    return JINJA.from_string(source).render(known).strip()


def sensor_state(config, shown):
    if shown == "None":
        return None
    numeric = config.get("unit_of_measurement") is not None or config.get("state_class") is not None
    if numeric:
        if shown == "":
            raise ValueError("an empty number is passed over: the one before it would stay")
        return float(shown)
    if "options" in config and shown not in config["options"]:
        raise ValueError(f"{shown!r} is none of its options")
    if len(shown) > LONGEST_STATE:
        raise ValueError(f"a state of {len(shown)} characters")
    if shown == "":
        raise ValueError("an empty state")
    return shown


def binary_state(config, shown):
    words = {config.get("payload_on", "ON"): True, config.get("payload_off", "OFF"): False, "None": None}
    if shown not in words:
        raise ValueError(f"{shown!r} is neither on nor off")
    return words[shown]


def states(message, payloads):
    """What is shown of each component, and what is wrong; a component whose topic was never told is unknown."""
    shown, wrong = {}, []
    for key, config in message["components"].items():
        if config["platform"] == "button":
            continue
        payload = payloads.get(config["state_topic"])
        if payload is None:
            shown[key] = "never told"
            continue
        try:
            rendered = render(config.get("value_template", "{{ value }}"), payload)
            rule = sensor_state if config["platform"] == "sensor" else binary_state
            shown[key] = rule(config, rendered)
            if "json_attributes_topic" in config and payload != "" and not isinstance(json.loads(payload), dict):
                raise ValueError("attributes that are no object")
        except (ValueError, jinja2.TemplateError) as error:
            wrong.append(f"{key}: {error}")
    return shown, wrong


def verdict(message):
    try:
        MESSAGE(copy.deepcopy(message))
    except vol.Invalid as error:
        return str(error)
    return None


def mistakes(message):
    """One deliberate mistake at a time, by name."""

    def with_(path, value):
        changed = copy.deepcopy(message)
        at = changed
        for key in path[:-1]:
            at = at[key]
        if value is None:
            del at[path[-1]]
        else:
            at[path[-1]] = value
        return changed

    parts = ("components",)
    return {
        "no device": with_(["device"], None),
        "a device that nothing identifies": with_(["device", "identifiers"], []),
        "no origin": with_(["origin"], None),
        "an origin without a name": with_(["origin", "name"], None),
        "object_id": with_([*parts, "state", "object_id"], "x"),
        "a key of no platform": with_([*parts, "state", "unit"], "V"),
        "no platform": with_([*parts, "state", "platform"], None),
        "no unique_id": with_([*parts, "state", "unique_id"], None),
        "a unique_id twice": with_([*parts, "held", "unique_id"], message["components"]["running"]["unique_id"]),
        "no domain": with_([*parts, "state", "default_entity_id"], "galvanode_bench_state"),
        "capitals in an entity": with_([*parts, "current_mA", "default_entity_id"], "sensor.galvanode_bench_current_mA"),
        "a unit of another class": with_([*parts, "voltage_V", "unit_of_measurement"], "mA"),
        "a flow in mL/min with a class": with_([*parts, "flow_mL_min", "device_class"], "volume_flow_rate"),
        "hydrogen as a volume of gas": with_([*parts, "hydrogen_ppm", "device_class"], "gas"),
        "a measured word": with_([*parts, "state", "state_class"], "measurement"),
        "options without their class": with_([*parts, "state", "device_class"], None),
        "a broken template": with_([*parts, "state", "value_template"], "{{ value_json.state "),
        "a topic with half a wildcard": with_([*parts, "state", "state_topic"], "galvanode/b+/state"),
        "a wildcard to publish to": with_([*parts, "stop", "command_topic"], "galvanode/+/command/x/stop"),
        "no topic to publish to": with_([*parts, "stop", "command_topic"], None),
        "an icon of no set": with_([*parts, "stop", "icon"], "stop"),
    }


def main():
    asked = json.load(sys.stdin)
    message = asked["message"]
    wrong = []
    if not TOPIC.fullmatch(asked["topic"]):
        wrong.append(f"{asked['topic']} is no topic of device discovery")
    problem = verdict(message)
    if problem is not None:
        wrong.append(problem)
    cases = {}
    for case in asked["cases"]:
        shown, faults = states(message, case["payloads"])
        cases[case["name"]] = {"states": shown, "wrong": faults}
    tried = mistakes(message)
    unseen = [name for name, changed in tried.items() if verdict(changed) is None]
    print(json.dumps({"wrong": wrong, "cases": cases, "mistakes": len(tried), "unseen": unseen}))


main()
