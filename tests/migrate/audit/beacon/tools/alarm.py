"""Another system altogether."""


class Alarm:
    def acknowledge(self, by):
        self.by = by


def clear(alarm, bus, panel):
    alarm.acknowledge("me")
    bus.acknowledge(alarm)
    bus.create_producer("alarms")
    bus.subscribe("alarms", subscription_name="clear")
    panel.send(alarm, partition_key=3)
