using System.Text.Json;

namespace Session.Protocol.Onion.Push;

/// <summary>A device and the service that reaches it.</summary>
/// <param name="Service">For example <c>apns</c>, <c>apns-sandbox</c>, <c>firebase</c> or <c>huawei</c>.</param>
/// <param name="Token">What the service calls the device. Printed nowhere.</param>
public sealed record PushDevice(string Service, string Token)
{
    /// <summary>The service only.</summary>
    /// <returns>A text without the token.</returns>
    public override string ToString() => $"{nameof(PushDevice)} {Service}";

    internal void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteString("service"u8, Service);
        writer.WriteStartObject("service_info"u8);
        writer.WriteString("token"u8, Token);
        writer.WriteEndObject();
    }
}
