import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaValidationException;
import org.apache.avro.SchemaValidatorBuilder;

/**
 * What Apache Avro for Java says of pairs of schemas.
 *
 * <p>Each line of standard input is a JSON object: {@code old} and {@code new} are schema texts. Each line of standard
 * output is a JSON object. {@code old} and {@code new} say whether a parser takes the text ({@code checked}) and
 * whether one that does not check defaults does ({@code unchecked}). Where both texts are taken by the latter there
 * are also {@code confluent} and {@code pulsar}, each with {@code backward} (new reads old) and {@code forward}, and
 * {@code equal}.
 *
 * <p>{@code confluent} gives every incompatibility as type, location and message, or the one word {@code throws};
 * {@code pulsar} gives {@code compatible}, {@code incompatible} or {@code throws}.
 */
public final class Compare {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    public static void main(String[] arguments) throws IOException {
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            JsonNode pair = MAPPER.readTree(line);
            out.println(answer(pair.get("old").textValue(), pair.get("new").textValue()));
        }
        out.flush();
    }

    private static ObjectNode answer(String oldText, String newText) {
        ObjectNode answer = MAPPER.createObjectNode();
        Schema oldSchema = parse(oldText, answer.putObject("old"));
        Schema newSchema = parse(newText, answer.putObject("new"));
        if (oldSchema == null || newSchema == null) {
            return answer;
        }
        answer.putObject("confluent")
                .<ObjectNode>set("backward", confluent(newSchema, oldSchema))
                .set("forward", confluent(oldSchema, newSchema));
        answer.putObject("pulsar")
                .put("backward", pulsar(newSchema, oldSchema))
                .put("forward", pulsar(oldSchema, newSchema));
        answer.put("equal", newSchema.equals(oldSchema));
        return answer;
    }

    private static Schema parse(String text, ObjectNode answer) {
        answer.put("checked", parse(text, true, answer) != null);
        Schema schema = parse(text, false, answer);
        answer.put("unchecked", schema != null);
        return schema;
    }

    private static Schema parse(String text, boolean checked, ObjectNode answer) {
        try {
            return new Schema.Parser().setValidateDefaults(checked).parse(text);
        } catch (RuntimeException | StackOverflowError refused) {
            answer.put("why", refused.getClass().getSimpleName() + ": " + refused.getMessage());
            return null;
        }
    }

    private static JsonNode confluent(Schema reader, Schema writer) {
        try {
            var found = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer);
            var list = MAPPER.createArrayNode();
            for (var one : found.getResult().getIncompatibilities()) {
                list.addArray().add(one.getType().name()).add(one.getLocation()).add(one.getMessage());
            }
            return list;
        } catch (RuntimeException | StackOverflowError thrown) {
            return MAPPER.getNodeFactory().textNode("throws");
        }
    }

    private static String pulsar(Schema reader, Schema writer) {
        try {
            new SchemaValidatorBuilder().canReadStrategy().validateLatest().validate(reader, List.of(writer));
            return "compatible";
        } catch (SchemaValidationException refused) {
            return "incompatible";
        } catch (RuntimeException | StackOverflowError thrown) {
            return "throws";
        }
    }

    private Compare() {}
}
