"""Room sensor for an ESP32 with MicroPython 1.21 or newer and a DHT22.

Copy it to the board as `main.py`, with `config.py` beside it:

    SSID, PASSWORD = "...", "..."
    URL = "http://homeassistant.local:8123/api/esp32_temphum"
    API_KEY = "sk_..."
    LOCATION = "Bedroom"
    PIN = 4
    INTERVAL = 30  # s
"""

import time

import config
import dht
import machine
import network
import requests

PATIENCE = 10  # s


def connect():
    """Connect to the wireless network."""
    wlan = network.WLAN(network.STA_IF)
    wlan.active(True)
    if not wlan.isconnected():
        wlan.connect(config.SSID, config.PASSWORD)
        for _ in range(PATIENCE * 10):
            if wlan.isconnected():
                break
            time.sleep(0.1)
    return wlan.isconnected()


def measure(sensor):
    """Return a report; a sensor that fails is reported too."""
    report = {"location": config.LOCATION}
    try:
        sensor.measure()
    except OSError as err:
        report["error"] = "DHT22: " + str(err)
    else:
        report["temperature_c"] = sensor.temperature()
        report["humidity_pct"] = sensor.humidity()
    return report


def post(report):
    """Send a report; return after how many seconds to send the next one."""
    headers = {"X-API-Key": config.API_KEY}
    response = requests.post(config.URL, json=report, headers=headers, timeout=PATIENCE)
    try:
        print(response.status_code, response.text)
        # Home Assistant is starting, or the board sends too often.
        if response.status_code in (429, 503):
            return PATIENCE
        return config.INTERVAL
    finally:
        response.close()


def main():
    """Report for as long as the board has power."""
    sensor = dht.DHT22(machine.Pin(config.PIN))
    while True:
        pause = PATIENCE
        try:
            if connect():
                pause = post(measure(sensor))
        except OSError as err:
            print("not sent:", err)
        time.sleep(pause)


if __name__ == "__main__":
    main()
