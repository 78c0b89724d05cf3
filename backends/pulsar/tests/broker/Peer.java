import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.apache.pulsar.client.api.Consumer;
import org.apache.pulsar.client.api.Message;
import org.apache.pulsar.client.api.Producer;
import org.apache.pulsar.client.api.PulsarClient;
import org.apache.pulsar.client.api.SubscriptionInitialPosition;

/**
 * Pulsar's client for Java as the other end.
 *
 * <p>{@code produce URL TOPIC FIRST COUNT SIZE} sends messages in chunks; {@code consume URL TOPIC COUNT} receives them
 * and prints {@code message}, the number of each, its size, and whether it is as it was sent. Message n is its number, a
 * colon, and the letters of the alphabet as often as it takes.
 */
public final class Peer {
  static byte[] body(int number, int size) {
    byte[] head = (number + ":").getBytes(StandardCharsets.US_ASCII);
    byte[] body = Arrays.copyOf(head, size);
    for (int at = head.length; at < size; at++) {
      body[at] = (byte) ('a' + (at - head.length) % 26);
    }
    return body;
  }

  public static void main(String[] told) throws Exception {
    // A loaded machine takes its time, and so does its broker.
    try (PulsarClient client =
        PulsarClient.builder()
            .serviceUrl(told[1])
            .operationTimeout(120, TimeUnit.SECONDS)
            .connectionTimeout(120, TimeUnit.SECONDS)
            .build()) {
      if (told[0].equals("produce")) {
        produce(client, told[2], Integer.parseInt(told[3]), Integer.parseInt(told[4]), Integer.parseInt(told[5]));
      } else {
        consume(client, told[2], Integer.parseInt(told[3]));
      }
    }
  }

  static void produce(PulsarClient client, String topic, int first, int count, int size) throws Exception {
    try (Producer<byte[]> producer =
        client
            .newProducer()
            .topic(topic)
            .enableBatching(false)
            .enableChunking(true)
            .sendTimeout(120, TimeUnit.SECONDS)
            .create()) {
      for (int number = first; number < first + count; number++) {
        producer.newMessage().property("n", "" + number).value(body(number, size)).send();
      }
    }
  }

  static void consume(PulsarClient client, String topic, int count) throws Exception {
    try (Consumer<byte[]> consumer =
        client
            .newConsumer()
            .topic(topic)
            .subscriptionName("java")
            .subscriptionInitialPosition(SubscriptionInitialPosition.Earliest)
            .subscribe()) {
      for (int received = 0; received < count; received++) {
        Message<byte[]> message = consumer.receive(120, TimeUnit.SECONDS);
        byte[] data = message.getData();
        int number = Integer.parseInt(message.getProperty("n"));
        System.out.println("message " + number + " " + data.length + " " + Arrays.equals(data, body(number, data.length)));
        consumer.acknowledge(message);
      }
    }
  }
}
