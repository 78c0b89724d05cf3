"""Flags that say nothing by their spelling."""

import argparse

import click

parser = argparse.ArgumentParser()
parser.add_argument("-b", "--broker", dest="pulsar_url", default="pulsar://localhost:6650")
parser.add_argument("--topic", dest="topic")


@click.command()
@click.option("--broker", "pulsar_url", envvar="PULSAR_URL")
@click.option("--topic", "topic")
def main(pulsar_url, topic):
    print(pulsar_url, topic)
