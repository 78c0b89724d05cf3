import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/**
 * Messages of other writers, as Apache Avro for Java reads them.
 *
 * <p>Each line of standard input is a JSON object: {@code reader} and {@code writer} are schema texts, {@code data}
 * messages of the writer in hexadecimal. Each line of standard output is the verdict of SchemaCompatibility
 * ({@code compatible} or {@code incompatible}) and, for each message, {@code ok:} and the value as the reader would
 * write it, in hexadecimal, or {@code error:} and the kind of exception. With the argument {@code --resolving-decoder}
 * messages are read by ResolvingDecoder, as before version 1.12, instead of FastReaderBuilder.
 */
public final class Resolve {
    private static final HexFormat HEX = HexFormat.of();

    public static void main(String[] arguments) throws IOException {
        boolean resolvingDecoder = Arrays.asList(arguments).contains("--resolving-decoder");
        GenericData.get().setFastReaderEnabled(!resolvingDecoder);
        var mapper = new ObjectMapper();
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            JsonNode job = mapper.readTree(line);
            Schema reader = parse(job.get("reader").textValue());
            Schema writer = parse(job.get("writer").textValue());
            var answer = new StringBuilder(verdict(reader, writer));
            for (JsonNode message : job.get("data")) {
                answer.append(' ').append(read(reader, writer, HEX.parseHex(message.textValue())));
            }
            out.println(answer);
        }
        out.flush();
    }

    /** Defaults are not checked: 1.12.2 cannot check that of a record which is not complete yet. */
    private static Schema parse(String text) {
        return new Schema.Parser().setValidateDefaults(false).parse(text);
    }

    private static String verdict(Schema reader, Schema writer) {
        try {
            var result = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer);
            return result.getType() == SchemaCompatibilityType.COMPATIBLE ? "compatible" : "incompatible";
        } catch (RuntimeException ambiguous) {
            return "incompatible";
        }
    }

    private static String read(Schema reader, Schema writer, byte[] message) {
        try {
            BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(message, null);
            Object value = new GenericDatumReader<Object>(writer, reader).read(null, decoder);
            if (!decoder.isEnd()) {
                return "error:Trailing";
            }
            var bytes = new ByteArrayOutputStream();
            BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
            new GenericDatumWriter<Object>(reader).write(value, encoder);
            encoder.flush();
            return "ok:" + HEX.formatHex(bytes.toByteArray());
        } catch (IOException | RuntimeException | StackOverflowError e) {
            return "error:" + e.getClass().getSimpleName();
        }
    }

    private Resolve() {}
}
